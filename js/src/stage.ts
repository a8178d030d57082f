/** The canvas of a viewer: its size, what part of the image is on it, and when it is drawn. */
import { beamOutline } from "./beam";
import { compose } from "./drawing";
import type { Facts } from "./facts";
import { createGrid, type Grid } from "./grid";
import { type Layout, layoutCanvas } from "./layout";
import type { Picture } from "./picture";
import type { Geometry } from "./protocol";
import type { Sky } from "./sky";
import { type Palette, readPalette } from "./theme";
import { type Placement, place, readViewport, type Size } from "./viewport";
import { windowOf } from "./window";

/** What is to be seen, asked for anew at every drawing. */
export interface Look extends Facts {
	viewport: readonly number[];
	lines: boolean;
	limits: readonly [number, number];
	pinned: readonly [number, number] | null;
	cursor: readonly [number, number] | null;
}

export interface Stage {
	/** Draw now: a frame has come. */
	draw(): void;
	/** Draw before the next repaint: something small has changed. */
	schedule(): void;
	/** The style of the page may have changed. */
	restyle(): void;
	/** The page gives so much width, and at most so much height: a picture with square pixels may need less. */
	resize(width: number, most: number): void;
	placement(): Placement;
	layout(): Layout;
	dispose(): void;
}

const SEXAGESIMAL_LABELS = 68;
const PLAIN_LABELS = 48;
/** The least height of a canvas, if the page asks for no less. */
const LOWEST = 180;

export function createStage(canvas: HTMLCanvasElement, picture: Picture, look: () => Look): Stage {
	const ctx = canvas.getContext("2d");
	let size: Size = { width: 0, height: 0 };
	let palette: Palette | null = null;
	let pending = 0;
	let cached: { key: string; geometry: Geometry; grid: Grid } | null = null;

	const layoutFor = ({ width, height }: Size) =>
		layoutCanvas(width, height, look().sky?.sexagesimal ? SEXAGESIMAL_LABELS : PLAIN_LABELS);
	const layout = () => layoutFor(size);
	/** The height with which the whole image fills the width. */
	const neededHeight = (width: number, most: number): number => {
		const { geometry, aspect } = look();
		if (aspect === null) return most;
		const { area } = layoutFor({ width, height: most });
		const picture = (area.width * geometry.height * aspect) / geometry.width;
		return Math.min(most, Math.max(LOWEST, Math.ceil(picture + most - area.height)));
	};
	const placement = () => {
		const { geometry, viewport, aspect } = look();
		return place(readViewport(viewport, geometry), geometry, layout().area, aspect);
	};
	const gridOf = (geometry: Geometry, sky: Sky | null, p: Placement, upright: boolean): Grid => {
		const key = [p.x0, p.x1, p.y0, p.y1, ...Object.values(p.rect), upright].join();
		if (cached === null || cached.key !== key || cached.geometry !== geometry) {
			cached = { key, geometry, grid: createGrid(geometry, sky, p, upright) };
		}
		return cached.grid;
	};
	/** Match the canvas to the device's pixels; the page may have been zoomed. */
	const fitPixels = (): number => {
		const ratio = window.devicePixelRatio || 1;
		const width = Math.round(size.width * ratio);
		const height = Math.round(size.height * ratio);
		if (canvas.width !== width || canvas.height !== height) {
			canvas.width = width;
			canvas.height = height;
		}
		return ratio;
	};
	const draw = () => {
		cancelAnimationFrame(pending);
		pending = 0;
		if (ctx === null || size.width < 40 || size.height < 40) return;
		const seen = look();
		const { geometry, sky } = seen;
		const where = layout();
		const p = placement();
		const ratio = fitPixels();
		palette ??= readPalette(canvas);
		const { header } = picture;
		const window = header && windowOf(picture.covers(), header.width, header.height, p, ratio);
		canvas.style.touchAction = seen.viewport.length === 0 ? "pan-y" : "none";
		compose(ctx, {
			layout: where,
			placement: p,
			palette,
			ratio,
			picture: window && { source: picture.paint(window, seen.limits), window },
			grid: gridOf(geometry, sky, p, !where.narrow),
			lines: seen.lines,
			bar: { source: picture.bar, limits: seen.limits, unit: geometry.unit },
			beam: geometry.beam && sky && beamOutline(geometry.beam, sky, p),
			pinned: seen.pinned,
			cursor: seen.cursor,
			focus: focusOf(canvas),
		});
	};
	const schedule = () => {
		if (pending === 0) pending = requestAnimationFrame(draw);
	};
	canvas.addEventListener("focus", schedule);
	canvas.addEventListener("blur", schedule);
	return {
		draw,
		schedule,
		restyle() {
			palette = null;
		},
		resize(width, most) {
			const height = neededHeight(width, most);
			size = { width, height };
			canvas.style.width = `${width}px`;
			canvas.style.height = `${height}px`;
			canvas.parentElement?.style.setProperty("height", `${height}px`);
			draw();
		},
		placement,
		layout,
		dispose() {
			canvas.removeEventListener("focus", schedule);
			canvas.removeEventListener("blur", schedule);
			cancelAnimationFrame(pending);
		},
	};
}

function focusOf(canvas: HTMLCanvasElement): "none" | "pointer" | "keyboard" {
	if (!canvas.matches(":focus")) return "none";
	return canvas.matches(":focus-visible") ? "keyboard" : "pointer";
}
