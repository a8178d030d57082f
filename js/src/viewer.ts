/**
 * The viewer: an anywidget view. Pixels come as messages, small lasting state lives in traits, hovering and dragging stay in the
 * browser. All state belongs to one view; two views on a page share nothing but their model.
 */
import { createControls } from "./controls";
import { readFacts } from "./facts";
import { createFrames } from "./frames";
import { type Action, listenToKeys } from "./keyboard";
import { createNavigation, readPlace } from "./navigation";
import { createPicture, isExact } from "./picture";
import { createPlayer } from "./player";
import { listenToPointer } from "./pointer";
import type { FrameHeader } from "./protocol";
import { describe } from "./readout";
import { type Position, samePosition } from "./requests";
import { hideSavedPicture } from "./saved";
import { createStage } from "./stage";
import { createSync, type Model } from "./sync";
import { frameName } from "./text";
import { isLight, watchTheme } from "./theme";

const DEFAULT_HEIGHT = 420;
/** Share of the picture that an arrow key moves it by. */
const PAN = 0.15;
/** A wait shorter than this, in milliseconds, is not worth a word. */
const PATIENCE = 120;

export function render({ model, el }: { model: Model; el: HTMLElement }): () => void {
	const sync = createSync(model);
	const picture = createPicture();
	const sliders = sync.get("sliders") ?? [];
	let facts = readFacts(sync.get("geometry"));
	let drawn = 0;
	let width = 0;
	let patience: ReturnType<typeof setTimeout> | null = null;

	const position = (): Position => ({
		channel: sync.get("channel") ?? 0,
		others: sync.get("others") ?? [],
	});
	const limits = () => readPlace(sync.get("limits")) ?? picture.header?.limits ?? [0, 1];
	const toggle = (key: "playing" | "grid") => sync.set(key, !sync.get(key));

	const moveSlider = (index: number, to: number) => {
		const { channel, others } = position();
		if (index === 0 && to !== channel) sync.set("channel", to);
		if (index > 0) sync.set("others", others.toSpliced(index - 1, 1, to));
	};
	const stepChannel = (to: number) => {
		const last = (sliders[0]?.length ?? 1) - 1;
		moveSlider(0, Math.max(0, Math.min(last, to)));
	};

	const controls = createControls(sliders, {
		moved: moveSlider,
		play: () => toggle("playing"),
		colormap: (name) => sync.set("colormap", name),
		limits: (to) => sync.set("limits", to === null ? [] : [...to]),
		grid: (on) => sync.set("grid", on),
		fit: () => sync.set("viewport", []),
		dismiss: () => sync.set("error", ""),
	});
	const { root, canvas } = controls;
	const stage = createStage(canvas, picture, () => ({
		...facts,
		viewport: sync.get("viewport") ?? [],
		lines: sync.get("grid") === true,
		limits: limits(),
		pinned: readPlace(sync.get("pinned")),
		cursor: navigation.cursor(),
	}));
	const navigation = createNavigation({
		sync,
		stage,
		controls,
		facts: () => facts,
		moved: (byKey) => readOut(byKey),
	});
	const player = createPlayer(
		() => stepChannel((position().channel + 1) % Math.max(1, sliders[0]?.length ?? 1)),
		() => sync.get("interval") || 100,
	);

	/** The frame on the screen, if it is of the current position. */
	const arrived = () => picture.header !== null && samePosition(picture.header, position());

	function showPositions(): void {
		const { channel, others } = position();
		controls.sliders.setPositions([channel, ...others]);
		controls.sliders.setLabels(picture.header?.labels ?? [], !arrived());
	}

	function showLimits(): void {
		controls.settings.setLimits(limits(), readPlace(sync.get("limits")) === null);
	}

	function readOut(aloud = false): void {
		const at = navigation.target();
		if (at === null) {
			controls.setReadout(null);
			return;
		}
		const [y, x] = at;
		const sample = picture.at(Math.round(x), Math.round(y));
		const said = describe(facts.geometry, facts.sky, x, y, sample);
		controls.setReadout(said);
		if (aloud) controls.speak(`pixel ${said.pixel}; ${said.sky}; ${said.value}`);
	}

	function show(frame: FrameHeader, buffers: readonly DataView[]): void {
		picture.take(frame, buffers);
		stage.draw();
		root.dataset.channel = String(frame.channel);
		root.dataset.exact = String(isExact(frame));
		root.dataset.seq = String(++drawn);
		const [stepY, stepX] = frame.step;
		const step = stepX === stepY ? `${stepX}` : `${stepX} × ${stepY}`;
		controls.setStep(stepX > 1 || stepY > 1 ? `shown 1:${step}` : "");
		controls.setSpectral(frame.labels[0] ?? "");
		showLimits();
		showPositions();
		readOut();
		if (!arrived()) return;
		stopWaiting();
		root.dataset.state = "drawn";
		controls.setMessage("");
		player.shown();
	}

	function fail(error: string): void {
		stopWaiting();
		root.dataset.state = "failed";
		controls.setMessage(error);
		player.shown();
	}

	const frames = createFrames(model, picture, { position, show, failed: fail });

	function stopWaiting(): void {
		if (patience !== null) clearTimeout(patience);
		patience = null;
	}

	function wait(moving: boolean): void {
		frames.request(moving);
		controls.sliders.setPositions([position().channel, ...position().others]);
		// A short wait needs no words, and a page that is not drawn anew leaves the frame its time.
		patience ??= setTimeout(showWaiting, picture.header === null ? 0 : PATIENCE);
	}

	function showWaiting(): void {
		stopWaiting();
		if (arrived()) return;
		root.dataset.state = "waiting";
		controls.setMessage(picture.header === null ? "waiting for the kernel" : "reading");
		showPositions();
	}

	function act(action: Action): void {
		switch (action.kind) {
			case "channel":
				stepChannel(position().channel + action.by);
				break;
			case "end":
				stepChannel(action.last ? Number.MAX_SAFE_INTEGER : 0);
				break;
			case "move":
				navigation.step(action.dx, action.dy);
				break;
			case "pan":
				navigation.panByShare(action.dx * PAN, action.dy * PAN);
				break;
			case "zoom":
				navigation.zoom(action.factor);
				break;
			case "play":
			case "grid":
				toggle(action.kind === "play" ? "playing" : "grid");
				break;
			case "keys":
				controls.toggleKeys();
				break;
			default:
				navigation[action.kind]();
		}
	}

	const resize = () => {
		if (width > 0) stage.resize(width, Math.max(80, sync.get("height") || DEFAULT_HEIGHT));
	};
	const showGeometry = () => {
		facts = readFacts(sync.get("geometry"));
		controls.setTitle(facts.geometry.title);
		const plain = facts.geometry.axes ? "World" : "";
		const { sky } = facts;
		controls.setAxes(sky ? frameName(sky.frame) || "Sky" : plain, sliders[0]?.name ?? "");
		resize();
		readOut();
	};
	const repaint = () => {
		showLimits();
		stage.schedule();
	};
	const recolour = () => {
		const name = sync.get("colormap") || "inferno";
		picture.setColormap(name);
		controls.settings.setColormap(name);
		repaint();
	};
	const move = () => {
		player.moved();
		wait(true);
	};
	const showPlaying = () => {
		const playing = sync.get("playing") === true;
		controls.sliders.setPlaying(playing);
		player.run(playing && sliders.length > 0);
	};
	const showGrid = () => {
		controls.settings.setGrid(sync.get("grid") === true);
		stage.schedule();
	};
	const showPin = () => {
		stage.schedule();
		readOut();
	};
	const showError = () => controls.setError(sync.get("error") ?? "");
	const restyle = () => {
		root.dataset.theme = isLight(getComputedStyle(root).color) ? "dark" : "light";
		stage.restyle();
		stage.schedule();
	};
	let unhide = () => {};
	const hidePicture = () => {
		unhide();
		unhide = root.isConnected ? hideSavedPicture(root, sync.get("picture_id") ?? "") : () => {};
	};

	sync.on("channel", move);
	sync.on("others", move);
	sync.on("geometry", showGeometry);
	sync.on("colormap", recolour);
	sync.on("limits", repaint);
	sync.on("viewport", () => stage.schedule());
	sync.on("grid", showGrid);
	sync.on("playing", showPlaying);
	sync.on("pinned", showPin);
	sync.on("cursor", () => navigation.follow());
	sync.on("error", showError);
	sync.on("height", resize);
	sync.on("picture_id", hidePicture);

	let attached = false;
	const observer = new ResizeObserver(([entry]) => {
		if (!attached && root.isConnected) {
			// Only now is it known which notebook this is, and which style.
			attached = true;
			hidePicture();
			restyle();
		}
		width = Math.floor(entry.contentRect.width);
		resize();
	});

	el.append(root);
	observer.observe(controls.stage);
	const disposers = [
		stopWaiting,
		() => observer.disconnect(),
		() => unhide(),
		watchTheme(restyle),
		listenToKeys(root, canvas, act),
		listenToPointer(canvas, navigation.pointer),
		stage.dispose,
		player.dispose,
		frames.dispose,
		controls.dispose,
		sync.dispose,
	];
	showGeometry();
	recolour();
	showGrid();
	showError();
	showPlaying();
	wait(false);
	return () => {
		for (const undo of disposers.splice(0)) undo();
	};
}

export default { render };
