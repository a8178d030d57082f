/** Mouse, pen and touch on the canvas, all through Pointer Events: hover, drag, pinch, click, double click, wheel. */

export interface PointerHandlers {
	/** The mouse is over the canvas here (CSS pixels), or has left it. */
	hover: (at: readonly [number, number] | null) => void;
	pan: (dx: number, dy: number) => void;
	zoom: (at: readonly [number, number], factor: number) => void;
	/** `count` is 2 for the second click of a double click. */
	click: (at: readonly [number, number], count: number) => void;
	doubleClick: () => void;
	/** The wheel was turned without focus or Ctrl: the page scrolls instead. */
	wheelIgnored: () => void;
}

/** A press that moves less than this is a click. */
const SLACK = 4;
/** A doubling of the scale per so many units of the wheel. */
const WHEEL = 320;

type Point = readonly [number, number];

export const middle = (a: Point, b: Point): Point => [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];
export const distance = (a: Point, b: Point): number => Math.hypot(a[0] - b[0], a[1] - b[1]);

/** Zoom factor of a turn of the wheel. Lines and pages are brought to pixels; one turn changes the scale by two at most. */
export function wheelFactor(delta: number, mode: number): number {
	const pixels = delta * (mode === 1 ? 20 : mode === 2 ? 300 : 1);
	return 2 ** Math.max(-1, Math.min(1, -pixels / WHEEL));
}

/** Listen on the canvas. Returns the undoing. */
export function listenToPointer(canvas: HTMLCanvasElement, handlers: PointerHandlers): () => void {
	const abort = new AbortController();
	const options = { signal: abort.signal };
	const down = new Map<number, Point>();
	let start: Point | null = null;
	let dragging = false;
	let dragged = false;

	const place = (event: MouseEvent): Point => {
		const box = canvas.getBoundingClientRect();
		return [event.clientX - box.left, event.clientY - box.top];
	};
	const press = (event: PointerEvent) => {
		if (event.pointerType === "mouse" && event.button !== 0) return;
		canvas.focus({ preventScroll: true });
		canvas.setPointerCapture(event.pointerId);
		const here = place(event);
		down.set(event.pointerId, here);
		dragging = down.size > 1;
		start = here;
	};
	const move = (event: PointerEvent) => {
		const here = place(event);
		const before = down.get(event.pointerId);
		if (before === undefined) {
			if (event.pointerType !== "touch") handlers.hover(here);
			return;
		}
		if (!dragging && start !== null && distance(start, here) < SLACK) return;
		dragging = true;
		const other = [...down].find(([id]) => id !== event.pointerId)?.[1];
		down.set(event.pointerId, here);
		if (other === undefined) {
			handlers.pan(here[0] - before[0], here[1] - before[1]);
		} else {
			const [from, to] = [middle(before, other), middle(here, other)];
			handlers.pan(to[0] - from[0], to[1] - from[1]);
			const apart = distance(before, other);
			if (apart > 1) handlers.zoom(to, distance(here, other) / apart);
		}
		canvas.classList.add("jupimage-dragging");
	};
	const lift = (event: PointerEvent) => {
		if (!down.delete(event.pointerId)) return;
		if (down.size > 0) return;
		canvas.classList.remove("jupimage-dragging");
		dragged = dragging;
		dragging = false;
		start = null;
	};
	canvas.addEventListener("pointerdown", press, options);
	canvas.addEventListener("pointermove", move, options);
	canvas.addEventListener("pointerup", lift, options);
	canvas.addEventListener("pointercancel", lift, options);
	// A click follows the release of every press, that of a drag too.
	canvas.addEventListener(
		"click",
		(event) => !dragged && handlers.click(place(event), event.detail),
		options,
	);
	canvas.addEventListener("pointerleave", () => down.size === 0 && handlers.hover(null), options);
	canvas.addEventListener("dblclick", handlers.doubleClick, options);
	canvas.addEventListener(
		"wheel",
		(event) => {
			const meant = canvas.matches(":focus") || event.ctrlKey || event.metaKey;
			if (!meant) return handlers.wheelIgnored();
			event.preventDefault();
			handlers.zoom(place(event), wheelFactor(event.deltaY, event.deltaMode));
		},
		{ ...options, passive: false },
	);
	return () => abort.abort();
}
