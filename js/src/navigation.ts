/** What hand and keyboard do to the view: pan and zoom, cursor and pin. All of it stays in the browser. */
import type { Controls } from "./controls";
import type { Facts } from "./facts";
import type { PointerHandlers } from "./pointer";
import type { Stage } from "./stage";
import type { Sync } from "./sync";
import {
	type Placement,
	pan,
	toCanvas,
	toPixel,
	type Viewport,
	viewportTrait,
	zoom,
} from "./viewport";

/** A position on the image, numpy order: y, x. */
export type Place = readonly [number, number];

export const readPlace = (trait: readonly number[] | undefined): Place | null =>
	trait?.length === 2 && trait.every(Number.isFinite) ? [trait[0], trait[1]] : null;

export interface Navigation {
	/** What the readout is about: the place under the mouse, else under the keyboard's cursor, else the pin. */
	target(): Place | null;
	/** The pixel the keyboard, or a linked view, is on. */
	cursor(): Place | null;
	pointer: PointerHandlers;
	step(dx: number, dy: number): void;
	/** Move the picture by a share of its size. */
	panByShare(dx: number, dy: number): void;
	zoom(factor: number): void;
	fit(): void;
	pin(): void;
	unpin(): void;
	/** The trait `cursor` has changed. */
	follow(): void;
}

export interface NavigationParts {
	sync: Sync;
	stage: Stage;
	controls: Controls;
	facts: () => Facts;
	/** The target has moved. `byKey` if it should be spoken. */
	moved: (byKey: boolean) => void;
}

const centre = (p: Placement): Place => [(p.y0 + p.y1) / 2, (p.x0 + p.x1) / 2];

export function createNavigation(parts: NavigationParts): Navigation {
	const { sync, stage, controls, facts, moved } = parts;
	let hover: Place | null = null;
	let cursor: Place | null = null;
	let pinnedBefore: number[] = [];

	const pinned = () => readPlace(sync.get("pinned"));
	const lookAt = (v: Viewport) => sync.set("viewport", viewportTrait(v, facts().geometry));
	const panBy = (dx: number, dy: number) =>
		lookAt(pan(stage.placement(), dx, dy, facts().geometry));
	const zoomAt = (at: readonly [number, number], factor: number) => {
		const { geometry, aspect } = facts();
		lookAt(zoom(stage.placement(), geometry, stage.layout().area, aspect, at, factor));
	};
	const showAll = () => sync.set("viewport", []);
	const pin = (at: Place | null) => sync.set("pinned", at === null ? [] : at.map(Math.round));
	const report = (at: Place | null) => {
		if (sync.get("track_cursor")) sync.set("cursor", at === null ? [] : [...at]);
	};
	/** The place under a point of the canvas, null outside the picture. */
	const under = ([left, top]: readonly [number, number]): Place | null => {
		const p = stage.placement();
		const [x, y] = toPixel(p, left, top);
		return x >= p.x0 && x < p.x1 && y >= p.y0 && y < p.y1 ? [y, x] : null;
	};
	const target = () => hover ?? cursor ?? pinned();

	/** Move the picture just so far that the pixel is in sight. */
	const keepInSight = ([y, x]: Place) => {
		const p = stage.placement();
		const beyond = (v: number, low: number, high: number) =>
			Math.min(0, v - low - 0.5) + Math.max(0, v - high + 0.5);
		const dx = beyond(x, p.x0, p.x1);
		const dy = beyond(y, p.y0, p.y1);
		if (dx !== 0 || dy !== 0) panBy(-dx * p.sx, dy * p.sy);
	};

	return {
		target,
		cursor: () => cursor,
		step(dx, dy) {
			const from = target();
			const { width, height } = facts().geometry;
			const inside = (v: number, n: number) => Math.max(0, Math.min(n - 1, Math.round(v)));
			const [y, x] = from === null ? centre(stage.placement()) : [from[0] + dy, from[1] + dx];
			hover = null;
			cursor = [inside(y, height), inside(x, width)];
			keepInSight(cursor);
			stage.schedule();
			report(cursor);
			moved(true);
		},
		panByShare(dx, dy) {
			const { rect } = stage.placement();
			panBy(-dx * rect.width, dy * rect.height);
		},
		zoom(factor) {
			const p = stage.placement();
			const [y, x] = cursor ?? centre(p);
			zoomAt(toCanvas(p, x, y), factor);
		},
		fit: showAll,
		pin: () => pin(cursor ?? hover),
		unpin: () => pin(null),
		follow() {
			const at = readPlace(sync.get("cursor"));
			if (hover !== null || String(at) === String(cursor)) return;
			cursor = at;
			stage.schedule();
			moved(false);
		},
		pointer: {
			hover(at) {
				hover = at && under(at);
				if (cursor !== null && hover !== null) {
					cursor = null;
					stage.schedule();
				}
				report(hover);
				moved(false);
			},
			pan: panBy,
			zoom: zoomAt,
			click(at, count) {
				if (count < 2) pinnedBefore = sync.get("pinned") ?? [];
				const here = under(at);
				if (here !== null) pin(here);
			},
			doubleClick() {
				sync.set("pinned", pinnedBefore);
				showAll();
			},
			wheelIgnored: () => controls.hint("Click the picture, or hold Ctrl, to zoom with the wheel"),
		},
	};
}
