/** Colours of the canvas, taken from the style of the page, and word when the page changes its theme. */
export interface Palette {
	text: string;
	muted: string;
	line: string;
	accent: string;
	/** Behind the picture, where it has no pixels. */
	well: string;
	font: string;
}

/** The palette of an element: what its CSS variables come to. */
export function readPalette(element: HTMLElement): Palette {
	const style = getComputedStyle(element);
	const variable = (name: string, otherwise: string) =>
		style.getPropertyValue(`--jupimage-${name}`).trim() || otherwise;
	return {
		text: style.color,
		muted: variable("muted", style.color),
		line: variable("line", style.color),
		accent: variable("accent", "#1976d2"),
		well: variable("well", "transparent"),
		font: style.fontFamily || "sans-serif",
	};
}

/** Whether text of this computed colour stands on a dark page. */
export function isLight(colour: string): boolean {
	const [r = 0, g = 0, b = 0] = (colour.match(/[\d.]+/g) ?? []).map(Number);
	return 0.2126 * r + 0.7152 * g + 0.0722 * b > 128;
}

/** Call `changed` whenever the page may have another theme. Returns the undoing. */
export function watchTheme(changed: () => void): () => void {
	const observer = new MutationObserver(changed);
	const attributeFilter = ["class", "style", "data-jp-theme-light", "data-theme", "theme"];
	observer.observe(document.body, { attributes: true, attributeFilter });
	observer.observe(document.documentElement, { attributes: true, attributeFilter });
	const query = matchMedia("(prefers-color-scheme: dark)");
	query.addEventListener("change", changed);
	return () => {
		observer.disconnect();
		query.removeEventListener("change", changed);
	};
}
