/** The page of one viewer: picture, readout, settings, sliders, banner. Builds it and fills it in; decides nothing. */
import { make, setText } from "./elements";
import { keyList } from "./keyboard";
import type { Slider } from "./protocol";
import { NOTHING, type Readout } from "./readout";
import { createSettings, type Settings, type SettingsHandlers } from "./settings";
import { createSliders, type SliderHandlers, type SliderRows } from "./sliders";

export interface Controls {
	root: HTMLElement;
	stage: HTMLElement;
	canvas: HTMLCanvasElement;
	settings: Settings;
	sliders: SliderRows;
	setTitle(title: string): void;
	setReadout(readout: Readout | null): void;
	/** Heading of the world row, and of the channel row with its text. */
	setAxes(sky: string, spectral: string): void;
	setSpectral(text: string): void;
	/** Subsampling of the frame, "" if none. */
	setStep(text: string): void;
	setError(text: string): void;
	/** Text over the picture. */
	setMessage(text: string): void;
	/** A hint over the picture that goes by itself. */
	hint(text: string): void;
	speak(text: string): void;
	toggleKeys(): void;
	dispose(): void;
}

export interface ControlHandlers extends SettingsHandlers, SliderHandlers {
	dismiss: () => void;
}

const HINT = 1600;

export function createControls(
	sliderList: readonly Slider[],
	handlers: Omit<ControlHandlers, "keys">,
): Controls {
	const abort = new AbortController();
	const { signal } = abort;
	let fading: ReturnType<typeof setTimeout> | undefined;
	let keysOpen = false;

	const canvas = make("canvas", {
		class: "jupimage-canvas",
		tabindex: 0,
		role: "application",
		"aria-roledescription": "image viewer",
	});
	const message = make("div", { class: "jupimage-message", role: "status" });
	const hint = make("div", { class: "jupimage-hint", "aria-hidden": "true" });
	const stage = make("div", { class: "jupimage-stage" }, canvas, message, hint);
	const title = make("div", { class: "jupimage-title", hidden: true });
	const readout = createReadout();
	const spoken = make("div", { class: "jupimage-spoken", "aria-live": "polite" });
	const keys = make("div", { class: "jupimage-keys", hidden: true }, keyList());
	const toggleKeys = () => {
		keysOpen = !keysOpen;
		keys.hidden = !keysOpen;
		settings.setKeys(keysOpen);
	};
	const settings = createSettings({ ...handlers, keys: toggleKeys });
	const sliders = createSliders(sliderList, handlers);
	const banner = createBanner(handlers.dismiss, signal);
	const root = make(
		"div",
		{
			class: "jupimage-viewer",
			role: "group",
			"data-lm-suppress-shortcuts": "true",
			"data-state": "waiting",
			"data-seq": 0,
			"data-exact": "false",
		},
		banner.element,
		make(
			"div",
			{ class: "jupimage-body" },
			stage,
			sliders.element,
			make("div", { class: "jupimage-side" }, title, readout.element, settings.element),
		),
		keys,
		spoken,
	);

	return {
		root,
		stage,
		canvas,
		settings,
		sliders,
		setTitle(text) {
			setText(title, text);
			title.hidden = text === "";
			title.title = text;
			root.setAttribute("aria-label", text ? `Image ${text}` : "Image");
			canvas.setAttribute("aria-label", `${text || "Image"}. Press ? for the keys`);
		},
		setReadout: readout.set,
		setAxes: readout.setAxes,
		setSpectral: readout.setSpectral,
		setStep: readout.setStep,
		setError: banner.set,
		setMessage: (text) => setText(message, text),
		hint(text) {
			setText(hint, text);
			hint.classList.add("jupimage-shown");
			clearTimeout(fading);
			fading = setTimeout(() => hint.classList.remove("jupimage-shown"), HINT);
		},
		speak: (text) => setText(spoken, text),
		toggleKeys,
		dispose() {
			clearTimeout(fading);
			abort.abort();
			settings.dispose();
			sliders.dispose();
			root.remove();
		},
	};
}

function createReadout() {
	const row = (name: string, key: string) => {
		const label = make("span", { class: "jupimage-label" }, name);
		const value = make("span", { class: `jupimage-${key}` }, NOTHING);
		return { label, value, element: make("div", { class: "jupimage-entry" }, label, value) };
	};
	const pixel = row("Pixel", "pixel");
	const sky = row("Sky", "sky");
	const spectral = row("", "spectral");
	const value = row("Value", "value");
	const step = make("span", { class: "jupimage-step", hidden: true });
	pixel.element.append(make("span", {}, pixel.value, step));
	const rows = [pixel, sky, spectral, value];
	return {
		element: make("div", { class: "jupimage-readout" }, ...rows.map((r) => r.element)),
		set(readout: Readout | null) {
			setText(pixel.value, readout?.pixel ?? NOTHING);
			setText(sky.value, readout?.sky ?? NOTHING);
			setText(value.value, readout?.value ?? NOTHING);
		},
		setAxes(skyName: string, spectralName: string) {
			setText(sky.label, skyName);
			sky.element.hidden = skyName === "";
			setText(spectral.label, spectralName);
			spectral.element.hidden = spectralName === "";
		},
		setSpectral: (text: string) => setText(spectral.value, text || NOTHING),
		setStep(text: string) {
			setText(step, text);
			step.hidden = text === "";
		},
	};
}

function createBanner(dismiss: () => void, signal: AbortSignal) {
	const text = make("span");
	const close = make(
		"button",
		{ type: "button", class: "jupimage-button", "aria-label": "Dismiss", title: "Dismiss" },
		"×",
	);
	close.addEventListener("click", dismiss, { signal });
	const element = make(
		"div",
		{ class: "jupimage-error", role: "alert", hidden: true },
		text,
		close,
	);
	return {
		element,
		set(error: string) {
			setText(text, error);
			element.hidden = error === "";
		},
	};
}
