/** Small pieces of the page. Text is always set as text, never as markup: it may come from a file. */

type Attributes = Record<string, string | number | boolean>;

/** An element with attributes (false leaves one out) and children. */
export function make<K extends keyof HTMLElementTagNameMap>(
	tag: K,
	attributes: Attributes = {},
	...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
	const element = document.createElement(tag);
	for (const [name, value] of Object.entries(attributes)) {
		if (value !== false) element.setAttribute(name, value === true ? "" : String(value));
	}
	element.append(...children);
	return element;
}

const SVG = "http://www.w3.org/2000/svg";

/** A 16 x 16 icon of one path, in the colour of the text. */
export function icon(path: string): SVGSVGElement {
	const svg = document.createElementNS(SVG, "svg");
	svg.setAttribute("viewBox", "0 0 16 16");
	svg.setAttribute("width", "16");
	svg.setAttribute("height", "16");
	svg.setAttribute("aria-hidden", "true");
	const shape = document.createElementNS(SVG, "path");
	shape.setAttribute("d", path);
	svg.append(shape);
	return svg;
}

export const PLAY = "M4.5 2.5v11l9-5.5z";
export const PAUSE = "M4 3h3v10H4zM9 3h3v10H9z";
export const FIT =
	"M2 6V2h4v1.5H3.5V6zM10 2h4v4h-1.5V3.5H10zM14 10v4h-4v-1.5h2.5V10zM6 14H2v-4h1.5v2.5H6z";

/** Set text only where it differs: each change would wake observers of the page. */
export function setText(element: HTMLElement, text: string): void {
	if (element.textContent !== text) element.textContent = text;
}
