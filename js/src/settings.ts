/** Colours, limits, grid and view: what changes the look of the picture and needs no new pixels. */
import { colormapNames, isColormap } from "./colormaps";
import { FIT, icon, make } from "./elements";
import { shortText } from "./text";

export interface SettingsHandlers {
	colormap: (name: string) => void;
	/** New limits; null is automatic. */
	limits: (limits: [number, number] | null) => void;
	grid: (on: boolean) => void;
	fit: () => void;
	keys: () => void;
}

export interface Settings {
	element: HTMLElement;
	setColormap(name: string): void;
	setLimits(limits: readonly [number, number], automatic: boolean): void;
	setGrid(on: boolean): void;
	setKeys(open: boolean): void;
	dispose(): void;
}

export function createSettings(handlers: SettingsHandlers): Settings {
	const abort = new AbortController();
	const { signal } = abort;
	const colours = make("select", { class: "jupimage-colormap", "aria-label": "Colour map" });
	const names = colormapNames();
	colours.append(
		make("optgroup", { label: "Colours" }, ...names.map(option)),
		make("optgroup", { label: "Reversed" }, ...names.map((n) => option(`${n}_r`))),
	);
	colours.addEventListener("change", () => handlers.colormap(colours.value), { signal });

	const limits = createLimits(handlers.limits, signal);

	const grid = make("input", { type: "checkbox", class: "jupimage-grid" });
	grid.addEventListener("change", () => handlers.grid(grid.checked), { signal });

	const fit = make(
		"button",
		{ type: "button", class: "jupimage-fit jupimage-button", title: "Whole image (0)" },
		icon(FIT),
		"Fit",
	);
	fit.addEventListener("click", handlers.fit, { signal });
	const keys = make(
		"button",
		{
			type: "button",
			class: "jupimage-help jupimage-button",
			"aria-expanded": "false",
			title:
				"Mouse and keys (?). The wheel zooms while the picture has the focus or Ctrl is held, so that pages still scroll",
		},
		"Keys",
	);
	keys.addEventListener("click", handlers.keys, { signal });

	const element = make(
		"div",
		{ class: "jupimage-settings" },
		make("label", { class: "jupimage-field" }, make("span", {}, "Colours"), colours),
		limits.element,
		make(
			"div",
			{ class: "jupimage-row" },
			make("label", { class: "jupimage-check" }, grid, make("span", {}, "Grid")),
			fit,
			keys,
		),
	);
	return {
		element,
		setColormap(name) {
			if (!isColormap(name) && ![...colours.options].some((o) => o.value === name)) {
				colours.append(option(name));
			}
			colours.value = name;
		},
		setLimits: limits.show,
		setGrid(on) {
			grid.checked = on;
		},
		setKeys: (open) => keys.setAttribute("aria-expanded", String(open)),
		dispose: () => abort.abort(),
	};
}

const option = (name: string): HTMLOptionElement => make("option", { value: name }, name);

function createLimits(changed: SettingsHandlers["limits"], signal: AbortSignal) {
	const field = (name: string) =>
		make("input", {
			type: "text",
			inputmode: "decimal",
			class: `jupimage-${name}`,
			"aria-label": `${name} limit of the colours`,
			autocomplete: "off",
			spellcheck: "false",
		});
	const low = field("low");
	const high = field("high");
	const automatic = make(
		"button",
		{ type: "button", class: "jupimage-auto jupimage-button", title: "Limits from the pixels" },
		"Auto",
	);
	let shown: readonly [number, number] = [0, 1];
	const write = () => {
		for (const [input, value] of [
			[low, shown[0]],
			[high, shown[1]],
		] as const) {
			if (!input.matches(":focus")) input.value = shortText(value, 3);
		}
	};
	const read = () => {
		const parse = (input: HTMLInputElement, now: number) => {
			const text = input.value.trim().replace("−", "-");
			return text === shortText(now, 3).replace("−", "-")
				? now
				: text === ""
					? Number.NaN
					: Number(text);
		};
		if (low.value.trim() === "" && high.value.trim() === "") return changed(null);
		const next: [number, number] = [parse(low, shown[0]), parse(high, shown[1])];
		const valid = next.every(Number.isFinite) && next[0] !== next[1];
		for (const [i, input] of [low, high].entries()) {
			input.setAttribute("aria-invalid", String(!Number.isFinite(next[i]) || next[0] === next[1]));
		}
		if (valid && (next[0] !== shown[0] || next[1] !== shown[1])) changed(next);
	};
	for (const input of [low, high]) {
		input.addEventListener("change", read, { signal });
		input.addEventListener("focus", () => input.select(), { signal });
		input.addEventListener("blur", () => input.getAttribute("aria-invalid") !== "true" && write(), {
			signal,
		});
	}
	automatic.addEventListener("click", () => changed(null), { signal });
	return {
		element: make(
			"div",
			{ class: "jupimage-field" },
			make("span", {}, "Limits"),
			make(
				"div",
				{ class: "jupimage-limits" },
				low,
				make("span", { "aria-hidden": "true" }, "–"),
				high,
				automatic,
			),
		),
		show(limits: readonly [number, number], isAutomatic: boolean) {
			shown = limits;
			for (const input of [low, high]) input.removeAttribute("aria-invalid");
			automatic.setAttribute("aria-pressed", String(isAutomatic));
			write();
		},
	};
}
