/** One composition of the canvas, from back to front: picture, grid, beam, marks, ticks, names, colour bar. */
import { drawBar } from "./colorbar";
import type { Line } from "./contours";
import type { Grid } from "./grid";
import { barOf, type Layout } from "./layout";
import type { Palette } from "./theme";
import { type Placement, toCanvas } from "./viewport";
import type { Window } from "./window";

export type Context = CanvasRenderingContext2D;

export interface Scene {
	layout: Layout;
	placement: Placement;
	palette: Palette;
	/** Device pixels per CSS pixel. */
	ratio: number;
	picture: { source: HTMLCanvasElement; window: Window } | null;
	grid: Grid;
	lines: boolean;
	bar: { source: HTMLCanvasElement; limits: readonly [number, number]; unit: string };
	beam: [number, number][] | null;
	pinned: readonly [number, number] | null;
	cursor: readonly [number, number] | null;
	/** How strongly the frame shows that keys and wheel go here. */
	focus: "none" | "pointer" | "keyboard";
}

const TICK = 4;

export function compose(ctx: Context, scene: Scene): void {
	const { layout, placement, palette } = scene;
	ctx.setTransform(scene.ratio, 0, 0, scene.ratio, 0, 0);
	ctx.clearRect(0, 0, layout.width, layout.height);
	ctx.font = `11px ${palette.font}`;
	const { left, top, width, height } = placement.rect;
	ctx.save();
	ctx.beginPath();
	ctx.rect(left, top, width, height);
	ctx.clip();
	ctx.fillStyle = palette.well;
	ctx.fillRect(left, top, width, height);
	if (scene.picture) {
		const { source, window: seen } = scene.picture;
		ctx.imageSmoothingEnabled = false; // pixels stay sharp
		ctx.drawImage(source, seen.left, seen.top, seen.width, seen.height);
	}
	if (scene.lines) drawLines(ctx, scene.grid.lines);
	if (scene.lines) drawInscriptions(ctx, scene.grid);
	if (scene.beam) drawBeam(ctx, scene.beam, placement);
	if (scene.cursor) drawCursor(ctx, scene.cursor, placement);
	if (scene.pinned) drawPin(ctx, scene.pinned, placement, palette.accent);
	ctx.restore();
	drawFrame(ctx, scene);
	if (scene.focus !== "none") drawFocus(ctx, placement, palette, scene.focus);
	drawBar(ctx, barOf(layout, placement), scene.bar, palette);
}

/** A light line on a darker one reads on every colour. */
function haloed(ctx: Context, width: number, strength = 0.9): void {
	ctx.lineJoin = "round";
	ctx.strokeStyle = "rgba(0, 0, 0, 0.28)";
	ctx.lineWidth = width + 1.5;
	ctx.stroke();
	ctx.strokeStyle = `rgba(255, 255, 255, ${strength})`;
	ctx.lineWidth = width;
	ctx.stroke();
}

function drawLines(ctx: Context, lines: readonly Line[]): void {
	ctx.beginPath();
	for (const line of lines) {
		ctx.moveTo(line[0], line[1]);
		for (let i = 2; i < line.length; i += 2) ctx.lineTo(line[i], line[i + 1]);
	}
	haloed(ctx, 0.8, 0.5);
}

function haloedText(ctx: Context, text: string, x: number, y: number): void {
	ctx.lineJoin = "round";
	ctx.lineWidth = 3;
	ctx.strokeStyle = "rgba(0, 0, 0, 0.65)";
	ctx.strokeText(text, x, y);
	ctx.fillStyle = "#fff";
	ctx.fillText(text, x, y);
}

function drawInscriptions(ctx: Context, grid: Grid): void {
	ctx.textAlign = "left";
	ctx.textBaseline = "bottom";
	const boxes: { x: number; y: number; width: number }[] = [];
	for (const { x, y, text } of grid.inside) {
		const { width } = ctx.measureText(text);
		const hit = boxes.some(
			(b) => Math.abs(y - b.y) < 13 && x < b.x + b.width + 6 && b.x < x + width + 6,
		);
		if (hit) continue;
		boxes.push({ x, y, width });
		haloedText(ctx, text, x + 3, y - 2);
	}
}

function drawBeam(ctx: Context, outline: readonly [number, number][], p: Placement): void {
	const reach = (k: 0 | 1) => Math.max(...outline.map((point) => Math.abs(point[k])));
	const [rx, ry] = [reach(0), reach(1)];
	if (rx > p.rect.width / 3 || ry > p.rect.height / 3) return;
	const x = p.rect.left + Math.max(rx, 4) + 10;
	const y = p.rect.top + p.rect.height - Math.max(ry, 4) - 10;
	ctx.beginPath();
	for (const [dx, dy] of outline) ctx.lineTo(x + dx, y + dy);
	ctx.closePath();
	ctx.fillStyle = "rgba(255, 255, 255, 0.35)";
	ctx.fill();
	haloed(ctx, 1.2);
}

/** The pixel the keyboard is on. */
function drawCursor(ctx: Context, [y, x]: readonly [number, number], p: Placement): void {
	const [left, top] = toCanvas(p, x - 0.5, y + 0.5);
	const w = Math.max(5, p.sx);
	const h = Math.max(5, p.sy);
	ctx.beginPath();
	ctx.rect(left - (w - p.sx) / 2, top - (h - p.sy) / 2, w, h);
	haloed(ctx, 1.2);
}

/** An open cross, so that the pinned pixel itself stays in sight. */
function drawPin(
	ctx: Context,
	[y, x]: readonly [number, number],
	p: Placement,
	colour: string,
): void {
	const [cx, cy] = toCanvas(p, x, y);
	const gap = Math.max(4, p.sx / 2 + 1);
	const reach = gap + 9;
	const path = () => {
		ctx.beginPath();
		for (const [dx, dy] of [
			[1, 0],
			[-1, 0],
			[0, 1],
			[0, -1],
		]) {
			ctx.moveTo(cx + dx * gap, cy + dy * gap);
			ctx.lineTo(cx + dx * reach, cy + dy * reach);
		}
	};
	path();
	ctx.lineCap = "round";
	ctx.strokeStyle = "rgba(255, 255, 255, 0.95)";
	ctx.lineWidth = 4.5;
	ctx.stroke();
	ctx.strokeStyle = colour;
	ctx.lineWidth = 2;
	ctx.stroke();
	ctx.lineCap = "butt";
}

function drawFocus(ctx: Context, { rect }: Placement, palette: Palette, focus: string): void {
	const width = focus === "keyboard" ? 3 : 1;
	const out = width / 2;
	ctx.strokeStyle = palette.accent;
	ctx.lineWidth = width;
	ctx.strokeRect(
		Math.round(rect.left) - out,
		Math.round(rect.top) - out,
		Math.round(rect.left + rect.width) - Math.round(rect.left) + width,
		Math.round(rect.top + rect.height) - Math.round(rect.top) + width,
	);
}

/** Border, ticks, their labels and the names of the axes. */
function drawFrame(ctx: Context, { layout, placement, palette, grid }: Scene): void {
	const left = Math.round(placement.rect.left);
	const top = Math.round(placement.rect.top);
	const right = Math.round(placement.rect.left + placement.rect.width);
	const bottom = Math.round(placement.rect.top + placement.rect.height);
	ctx.strokeStyle = palette.line;
	ctx.lineWidth = 1;
	ctx.beginPath();
	ctx.rect(left - 0.5, top - 0.5, right - left + 1, bottom - top + 1);
	for (const { at } of grid.bottom) {
		ctx.moveTo(Math.round(at) + 0.5, bottom + 0.5);
		ctx.lineTo(Math.round(at) + 0.5, bottom + 0.5 + TICK);
	}
	for (const { at } of grid.left) {
		ctx.moveTo(left - 0.5, Math.round(at) + 0.5);
		ctx.lineTo(left - 0.5 - TICK, Math.round(at) + 0.5);
	}
	ctx.stroke();

	ctx.fillStyle = palette.text;
	ctx.textAlign = "center";
	ctx.textBaseline = "top";
	const space = { from: 0, to: layout.width };
	for (const tick of apart(ctx, grid.bottom, space)) ctx.fillText(tick.text, tick.at, bottom + 8);
	if (layout.narrow) drawTurnedLabels(ctx, grid, left, bottom);
	else drawUprightLabels(ctx, grid, left, layout.height);
	drawNames(ctx, grid, layout, { left, top, right, bottom }, palette);
}

/** Labels that do not touch: in order of place, each that fits after the last one drawn. */
function apart(ctx: Context, ticks: Grid["bottom"], space: { from: number; to: number }) {
	let end = Number.NEGATIVE_INFINITY;
	return [...ticks]
		.sort((a, b) => a.at - b.at)
		.filter((tick) => {
			const half = ctx.measureText(tick.text).width / 2;
			if (tick.at - half < Math.max(end, space.from) || tick.at + half > space.to) return false;
			end = tick.at + half + 8;
			return true;
		});
}

function drawUprightLabels(ctx: Context, grid: Grid, left: number, height: number): void {
	ctx.textAlign = "right";
	ctx.textBaseline = "middle";
	let end = Number.NEGATIVE_INFINITY;
	for (const { at, text } of [...grid.left].sort((a, b) => a.at - b.at)) {
		if (at - 7 < end || at + 7 > height) continue;
		end = at + 9;
		ctx.fillText(text, left - 8, at + 0.5);
	}
}

function drawTurnedLabels(ctx: Context, grid: Grid, left: number, bottom: number): void {
	ctx.save();
	ctx.translate(left - 8, 0);
	ctx.rotate(-Math.PI / 2);
	ctx.textBaseline = "bottom";
	const mirrored = grid.left.map((t) => ({ text: t.text, at: -t.at }));
	for (const { at, text } of apart(ctx, mirrored, { from: -bottom - 4, to: 0 })) {
		ctx.fillText(text, at, 0);
	}
	ctx.restore();
}

function drawNames(
	ctx: Context,
	grid: Grid,
	layout: Layout,
	edge: { left: number; top: number; right: number; bottom: number },
	palette: Palette,
): void {
	ctx.fillStyle = palette.muted;
	ctx.textAlign = "center";
	ctx.textBaseline = "top";
	ctx.fillText(grid.bottomName, (edge.left + edge.right) / 2, edge.bottom + 25, layout.width - 8);
	ctx.save();
	ctx.translate(layout.narrow ? edge.left - 37 : edge.left - layout.area.left + 4, 0);
	ctx.rotate(-Math.PI / 2);
	const middle = Math.max(edge.top, Math.min((edge.top + edge.bottom) / 2, layout.height));
	ctx.fillText(grid.leftName, -middle, 0, layout.height - 8);
	ctx.restore();
}
