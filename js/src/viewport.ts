/**
 * Which part of the image is on the screen. A viewport is the pixel coordinates of its edges: the centre of a pixel is an integer,
 * so a whole image of n pixels runs from -0.5 to n - 0.5; y runs upwards. A placement says where the viewport lies on the
 * canvas, in CSS pixels; its rectangle is cut to the image, so axes always hug what is there.
 */
export interface Viewport {
	x0: number;
	y0: number;
	x1: number;
	y1: number;
}

export interface Rectangle {
	left: number;
	top: number;
	width: number;
	height: number;
}

export interface Size {
	width: number;
	height: number;
}

export interface Placement extends Viewport {
	rect: Rectangle;
	/** CSS pixels per image pixel. */
	sx: number;
	sy: number;
}

/** The deepest zoom shows this many pixels. */
const FEWEST = 4;

export const wholeImage = (size: Size): Viewport => ({
	x0: -0.5,
	y0: -0.5,
	x1: size.width - 0.5,
	y1: size.height - 0.5,
});

/** The viewport a trait asks for; anything that is not four sensible numbers is the whole image. */
export function readViewport(trait: readonly number[], size: Size): Viewport {
	if (trait.length !== 4 || !trait.every(Number.isFinite)) return wholeImage(size);
	const [x0, y0, x1, y1] = trait;
	const v = {
		x0: Math.min(x0, x1),
		y0: Math.min(y0, y1),
		x1: Math.max(x0, x1),
		y1: Math.max(y0, y1),
	};
	if (v.x1 - v.x0 < 1e-6 || v.y1 - v.y0 < 1e-6) return wholeImage(size);
	return v;
}

/** The trait that asks for a viewport: empty for the whole image, so that it stays whole whatever the size. */
export function viewportTrait(v: Viewport, size: Size): number[] {
	const all = wholeImage(size);
	const eps = 1e-9 * (size.width + size.height);
	const whole =
		v.x0 <= all.x0 + eps && v.y0 <= all.y0 + eps && v.x1 >= all.x1 - eps && v.y1 >= all.y1 - eps;
	return whole ? [] : [v.x0, v.y0, v.x1, v.y1];
}

/** Move an interval inside 0..n pixels; a longer one becomes the whole axis. */
function inside(a: number, b: number, n: number): [number, number] {
	if (b - a >= n) return [-0.5, n - 0.5];
	const shift = a < -0.5 ? -0.5 - a : b > n - 0.5 ? n - 0.5 - b : 0;
	return [a + shift, b + shift];
}

export function clamp(v: Viewport, size: Size): Viewport {
	const [x0, x1] = inside(v.x0, v.x1, size.width);
	const [y0, y1] = inside(v.y0, v.y1, size.height);
	return { x0, y0, x1, y1 };
}

/** Scales with which `v` just fits `area`. `aspect` is the height of a pixel over its width, null if free. */
function scales(v: Viewport, area: Size, aspect: number | null): [number, number] {
	const sx = area.width / (v.x1 - v.x0);
	const sy = area.height / (v.y1 - v.y0);
	if (aspect === null) return [sx, sy];
	const s = Math.min(sx, sy / aspect);
	return [s, s * aspect];
}

/** Put a viewport into an area of the canvas. What room is left shows more of the image, then nothing. */
export function place(v: Viewport, size: Size, area: Rectangle, aspect: number | null): Placement {
	const [sx, sy] = scales(v, area, aspect);
	return settle((v.x0 + v.x1) / 2, (v.y0 + v.y1) / 2, sx, sy, size, area);
}

function settle(
	cx: number,
	cy: number,
	sx: number,
	sy: number,
	size: Size,
	area: Rectangle,
): Placement {
	const hx = area.width / sx / 2;
	const hy = area.height / sy / 2;
	const seen = clamp({ x0: cx - hx, y0: cy - hy, x1: cx + hx, y1: cy + hy }, size);
	const width = Math.min(area.width, (seen.x1 - seen.x0) * sx);
	const height = Math.min(area.height, (seen.y1 - seen.y0) * sy);
	const rect = {
		left: area.left + (area.width - width) / 2,
		top: area.top + (area.height - height) / 2,
		width,
		height,
	};
	return { ...seen, rect, sx, sy };
}

/** Image pixel under a point of the canvas. */
export const toPixel = (p: Placement, left: number, top: number): [number, number] => [
	p.x0 + (left - p.rect.left) / p.sx,
	p.y1 - (top - p.rect.top) / p.sy,
];

/** Point of the canvas over an image pixel. */
export const toCanvas = (p: Placement, x: number, y: number): [number, number] => [
	p.rect.left + (x - p.x0) * p.sx,
	p.rect.top + (p.y1 - y) * p.sy,
];

/** Drag the picture by so many CSS pixels. */
export function pan(p: Placement, dx: number, dy: number, size: Size): Viewport {
	const mx = dx / p.sx;
	const my = dy / p.sy;
	return clamp({ x0: p.x0 - mx, x1: p.x1 - mx, y0: p.y0 + my, y1: p.y1 + my }, size);
}

/** Zoom by `factor` (above 1 is closer) so that the image pixel under the point stays under it. */
export function zoom(
	p: Placement,
	size: Size,
	area: Rectangle,
	aspect: number | null,
	point: readonly [number, number],
	factor: number,
): Viewport {
	const [fx, fy] = scales(wholeImage(size), area, aspect);
	const deepest = Math.max(1, Math.min(area.width, area.height) / FEWEST);
	const least = Math.max(fx / p.sx, aspect === null ? fy / p.sy : 0);
	const most = Math.max(1, deepest / Math.max(p.sx, p.sy));
	const f = aspect === null ? factor : Math.max(least, Math.min(most, factor));
	const limit = (s: number, fit: number) =>
		aspect === null ? Math.max(fit, Math.min(Math.max(deepest, s), s * f)) : s * f;
	const sx = limit(p.sx, fx);
	const sy = limit(p.sy, fy);
	const [x, y] = toPixel(p, point[0], point[1]);
	const x0 = x - (point[0] - area.left) / sx;
	const y1 = y + (point[1] - area.top) / sy;
	return clamp({ x0, x1: x0 + area.width / sx, y0: y1 - area.height / sy, y1 }, size);
}
