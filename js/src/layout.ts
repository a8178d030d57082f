/** Where things stand on the canvas: the picture's area between ticks and colour bar. CSS pixels. */
import type { Placement, Rectangle } from "./viewport";

export interface Layout {
	width: number;
	height: number;
	/** Little room: turned labels on the left, colour bar on top. */
	narrow: boolean;
	/** What the picture may fill. */
	area: Rectangle;
}

export interface Bar {
	rect: Rectangle;
	vertical: boolean;
}

const NARROW = 520;
const BAR = 12;

/** The layout of a canvas. `labelWidth` is the room for upright labels on the left edge. */
export function layoutCanvas(width: number, height: number, labelWidth: number): Layout {
	const narrow = width < NARROW;
	const left = narrow ? 40 : labelWidth + 30;
	const right = narrow ? 12 : 92;
	const top = narrow ? 36 : 8;
	const bottom = 42;
	return {
		width,
		height,
		narrow,
		area: {
			left,
			top,
			width: Math.max(20, width - left - right),
			height: Math.max(20, height - top - bottom),
		},
	};
}

/** The colour bar hugs the picture: beside it, or above it if there is little room. */
export function barOf({ area, narrow }: Layout, { rect }: Placement): Bar {
	if (narrow) {
		const width = Math.max(rect.width, Math.min(area.width, 160));
		const left = rect.left + (rect.width - width) / 2;
		return { vertical: false, rect: { left, top: rect.top - 14, width, height: 8 } };
	}
	const height = Math.max(rect.height, Math.min(area.height, 120));
	const top = rect.top + (rect.height - height) / 2;
	return {
		vertical: true,
		rect: { left: rect.left + rect.width + 10, top, width: BAR, height },
	};
}
