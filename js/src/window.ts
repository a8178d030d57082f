/** Which pixels of a frame are on the canvas, where they lie, and how finely they are painted. */
import { type Placement, toCanvas, type Viewport } from "./viewport";

export interface Window {
	/** Columns and rows of the frame, the last not included; row 0 is the top. */
	c0: number;
	c1: number;
	r0: number;
	r1: number;
	/** Where they lie on the canvas, in CSS pixels. */
	left: number;
	top: number;
	width: number;
	height: number;
	/** Size of the painting: a pixel for each pixel of the frame, but no more than the screen has. */
	across: number;
	down: number;
}

/**
 * The window through which a frame is seen.
 *
 * @param covers edges of the frame in image pixels
 * @param columns @param rows size of the frame
 * @param ratio device pixels per CSS pixel
 */
export function windowOf(
	covers: Viewport,
	columns: number,
	rows: number,
	p: Placement,
	ratio: number,
): Window | null {
	const stepX = (covers.x1 - covers.x0) / columns;
	const stepY = (covers.y1 - covers.y0) / rows;
	const clip = (v: number, most: number) => Math.max(0, Math.min(most, v));
	const c0 = clip(Math.floor((p.x0 - covers.x0) / stepX), columns);
	const c1 = clip(Math.ceil((p.x1 - covers.x0) / stepX), columns);
	const r0 = clip(Math.floor((covers.y1 - p.y1) / stepY), rows);
	const r1 = clip(Math.ceil((covers.y1 - p.y0) / stepY), rows);
	if (c1 <= c0 || r1 <= r0) return null;
	const [left, top] = toCanvas(p, covers.x0 + c0 * stepX, covers.y1 - r0 * stepY);
	const width = (c1 - c0) * stepX * p.sx;
	const height = (r1 - r0) * stepY * p.sy;
	const across = Math.max(1, Math.min(c1 - c0, Math.ceil(width * ratio)));
	const down = Math.max(1, Math.min(r1 - r0, Math.ceil(height * ratio)));
	return { c0, c1, r0, r1, left, top, width, height, across, down };
}

/** The frame's index under the middle of each of `count` equal parts of `from`..`to`. */
export function sampled(from: number, to: number, count: number): Int32Array {
	const step = (to - from) / count;
	return Int32Array.from({ length: count }, (_, i) => from + Math.floor((i + 0.5) * step));
}
