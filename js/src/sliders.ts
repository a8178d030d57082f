/** The rows of sliders under the picture, one for each axis that is not on it; the first carries the play button. */
import { icon, make, PAUSE, PLAY, setText } from "./elements";
import type { Slider } from "./protocol";

export interface SliderRows {
	element: HTMLElement;
	/** Show positions (index per slider). */
	setPositions(positions: readonly number[]): void;
	/** Show the world texts of the frame on the screen; `stale` while another is on its way. */
	setLabels(labels: readonly string[], stale: boolean): void;
	setPlaying(playing: boolean): void;
	dispose(): void;
}

export interface SliderHandlers {
	/** The user moves slider `index`; `settled` when the hand is off it. */
	moved: (index: number, position: number) => void;
	play: () => void;
}

export function createSliders(sliders: readonly Slider[], handlers: SliderHandlers): SliderRows {
	const abort = new AbortController();
	const play = createPlay(handlers.play, abort.signal);
	const rows = sliders.map((slider, index) =>
		createRow(slider, (position) => handlers.moved(index, position), abort.signal),
	);
	const element = make("div", { class: "jupimage-sliders", hidden: sliders.length === 0 });
	rows.forEach((row, index) => {
		const lead = index === 0 ? play.button : make("span");
		element.append(lead, row.name, row.range, row.index, row.world);
	});
	return {
		element,
		setPositions(positions) {
			rows.forEach((row, i) => {
				row.show(positions[i] ?? 0);
			});
		},
		setLabels(labels, stale) {
			rows.forEach((row, i) => {
				setText(row.world, labels[i] ?? "");
				row.world.classList.toggle("jupimage-stale", stale);
				if (!stale && labels[i]) row.range.setAttribute("aria-valuetext", labels[i]);
			});
		},
		setPlaying: play.show,
		dispose: () => abort.abort(),
	};
}

function createPlay(pressed: () => void, signal: AbortSignal) {
	const button = make("button", { type: "button", class: "jupimage-play jupimage-button" });
	const show = (playing: boolean) => {
		const label = playing ? "Pause" : "Play";
		button.replaceChildren(icon(playing ? PAUSE : PLAY));
		button.setAttribute("aria-label", label);
		button.setAttribute("aria-pressed", String(playing));
		button.title = `${label} (space)`;
	};
	show(false);
	button.addEventListener("click", pressed, { signal });
	return { button, show };
}

function createRow(slider: Slider, moved: (position: number) => void, signal: AbortSignal) {
	const last = Math.max(0, slider.length - 1);
	const name = make("span", { class: "jupimage-name", title: slider.name }, slider.name);
	const common = { min: 0, max: last, step: 1, "data-axis": slider.axis };
	const range = make("input", {
		...common,
		type: "range",
		class: "jupimage-slider",
		"aria-label": slider.name,
	});
	const index = make("input", {
		...common,
		type: "number",
		class: "jupimage-index",
		"aria-label": `${slider.name} pixel, 0 to ${last}`,
		title: `pixel 0 to ${last}`,
	});
	const world = make("output", { class: "jupimage-world", "data-axis": slider.axis });
	const show = (position: number) => {
		range.value = String(position);
		if (!index.matches(":focus")) index.value = String(position);
		range.style.setProperty("--jupimage-filled", `${last > 0 ? (100 * position) / last : 0}%`);
	};
	range.addEventListener("input", () => moved(Number(range.value)), { signal });
	index.addEventListener(
		"input",
		() => {
			const position = Math.round(index.valueAsNumber);
			if (position >= 0 && position <= last) moved(position);
		},
		{ signal },
	);
	index.addEventListener("blur", () => show(Number(range.value)), { signal });
	return { name, range, index, world, show };
}
