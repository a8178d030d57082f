/** Lines and tick labels of the world coordinates over the visible part of a picture. Everything is in CSS pixels of the canvas. */
import { contourLines, type Field, type Line } from "./contours";
import { pixelAt, worldAt } from "./linear";
import type { AxisTable, Geometry } from "./protocol";
import { halfTurn, type Sky } from "./sky";
import { type AngleKind, angleText, frameName, powerText, tickTexts } from "./text";
import { multiples, niceAngle, niceStep } from "./ticks";
import { type Placement, toCanvas, toPixel } from "./viewport";

export interface Tick {
	/** Along the edge. */
	at: number;
	text: string;
}

export interface Inscription {
	x: number;
	y: number;
	text: string;
}

export interface Grid {
	lines: Line[];
	bottom: Tick[];
	left: Tick[];
	/** Labels inside the picture, where its edges see no sky (maps of the whole sky). */
	inside: Inscription[];
	bottomName: string;
	leftName: string;
}

/** CSS pixels: samples of the field and of the edges; about the width of a letter, and room around a label. */
const MESH = 8;
const EDGE = 4;
const LETTER = 6.4;
const AROUND = 24;
/** Least distance of ticks: of numbers beside each other, of upright labels on the left edge. */
const ACROSS = 72;
const UPWARDS = 52;

/** The grid of a placement. `upright` labels on the left edge need less room than turned ones. */
export function createGrid(
	geometry: Geometry,
	sky: Sky | null,
	p: Placement,
	upright: boolean,
): Grid {
	return sky === null ? plainGrid(geometry, p, upright) : skyGrid(geometry, sky, p, upright);
}

interface Samples {
	x: Float64Array;
	y: Float64Array;
	longitude: Float64Array;
	latitude: Float64Array;
}

function sample(sky: Sky, p: Placement, n: number, at: (t: number) => [number, number]): Samples {
	const s: Samples = {
		x: new Float64Array(n),
		y: new Float64Array(n),
		longitude: new Float64Array(n).fill(Number.NaN),
		latitude: new Float64Array(n).fill(Number.NaN),
	};
	for (let i = 0; i < n; i++) {
		const [x, y] = at(i / (n - 1));
		s.x[i] = x;
		s.y[i] = y;
		const world = sky.world(...toPixel(p, x, y));
		if (world) [s.longitude[i], s.latitude[i]] = world;
	}
	return s;
}

/** Mean change per sample; 0 where nothing is known. */
function meanChange(values: Float64Array, periodic: boolean): number {
	let sum = 0;
	let n = 0;
	for (let i = 1; i < values.length; i++) {
		const d = values[i] - values[i - 1];
		const change = Math.abs(periodic ? halfTurn(d) : d);
		if (!(change < 90)) continue;
		sum += change;
		n++;
	}
	return n > 0 ? sum / n : 0;
}

function skyGrid(geometry: Geometry, sky: Sky, p: Placement, upright: boolean): Grid {
	const { left, top, width, height } = p.rect;
	const across = (y: number) =>
		sample(sky, p, Math.max(3, Math.ceil(width / EDGE)), (t) => [left + t * width, y]);
	const upwards = (x: number) =>
		sample(sky, p, Math.max(3, Math.ceil(height / EDGE)), (t) => [x, top + t * height]);
	const edges = { bottom: across(top + height), left: upwards(left) };
	const middle = { row: across(top + height / 2), column: upwards(left + width / 2) };

	// Which angle runs along the bottom: of a picture turned on its side it is the latitude.
	const shrink = Math.cos((middleValue(middle.row.latitude) * Math.PI) / 180);
	const along = meanChange(middle.row.longitude, true) * shrink;
	const turned = meanChange(middle.row.latitude, false) > 1.5 * along;

	const kinds: { longitude: AngleKind; latitude: AngleKind } = sky.sexagesimal
		? { longitude: "hours", latitude: "sexagesimal" }
		: { longitude: "degrees", latitude: "degrees" };
	const edge = (key: "longitude" | "latitude", horizontal: boolean) => {
		const outer = horizontal ? edges.bottom : edges.left;
		const inner = horizontal ? middle.row : middle.column;
		const periodic = key === "longitude";
		const change = meanChange(outer[key], periodic) || meanChange(inner[key], periodic);
		const signed = key === "latitude";
		const write = (v: number, step: number) =>
			angleText(v, kinds[key], step, { signed, trim: true });
		const typical = middleValue(outer[key]);
		const step =
			!horizontal && upright
				? niceAngle((change / EDGE) * UPWARDS, kinds[key])
				: roomyStep(change / EDGE, kinds[key], (s) => write(typical, s).length);
		const text = (v: number) => write(v, step);
		const find = (s: Samples) => (change > 0 ? crossings(s, s[key], step, periodic) : []);
		const found = find(outer);
		return {
			step,
			ticks: found.map(({ x, y, value }) => ({ at: horizontal ? x : y, text: text(value) })),
			inside:
				found.length > 0 ? [] : find(inner).map(({ x, y, value }) => ({ x, y, text: text(value) })),
		};
	};
	const bottom = edge(turned ? "latitude" : "longitude", true);
	const leftEdge = edge(turned ? "longitude" : "latitude", false);
	const [longitudeStep, latitudeStep] = turned
		? [leftEdge.step, bottom.step]
		: [bottom.step, leftEdge.step];
	const names = [geometry.x.name, geometry.y.name];
	if (turned !== sky.swapped) names.reverse();
	const frame = frameName(sky.frame);
	const framed = (name: string) =>
		frame && name && !name.includes(frame) ? `${name} (${frame})` : name;
	return {
		lines: skyLines(sky, p, longitudeStep, latitudeStep),
		bottom: bottom.ticks,
		left: leftEdge.ticks,
		inside: [...bottom.inside, ...leftEdge.inside],
		bottomName: framed(names[0]),
		leftName: framed(names[1]),
	};
}

/** The smallest round step whose labels have room beside each other. `change` is in degrees per CSS pixel. */
function roomyStep(change: number, kind: AngleKind, letters: (step: number) => number): number {
	let step = niceAngle(change * 40, kind);
	for (let i = 0; i < 12; i++) {
		const needed = letters(step) * LETTER + AROUND;
		if (step >= change * needed) break;
		step = niceAngle(step * 1.01, kind);
	}
	return step;
}

function middleValue(values: Float64Array): number {
	const known = values.filter(Number.isFinite);
	return known.length > 0 ? known[known.length >> 1] : 0;
}

/** Where the multiples of `step` fall on a sampled line. */
function crossings(s: Samples, values: Float64Array, step: number, periodic: boolean) {
	const found: { x: number; y: number; value: number }[] = [];
	for (let i = 1; i < values.length; i++) {
		const a = values[i - 1];
		const change = periodic ? halfTurn(values[i] - a) : values[i] - a;
		if (!(Math.abs(change) < 90) || change === 0) continue;
		for (const value of multiples(Math.min(a, a + change), Math.max(a, a + change), step)) {
			const t = (value - a) / change;
			if (t < 0 || t >= 1) continue;
			found.push({
				x: s.x[i - 1] + t * (s.x[i] - s.x[i - 1]),
				y: s.y[i - 1] + t * (s.y[i] - s.y[i - 1]),
				value,
			});
		}
	}
	return found;
}

function skyLines(sky: Sky, p: Placement, longitudeStep: number, latitudeStep: number): Line[] {
	const { left, top, width, height } = p.rect;
	const nx = Math.max(6, Math.ceil(width / MESH) + 1);
	const ny = Math.max(6, Math.ceil(height / MESH) + 1);
	const longitude: Field = { values: new Float64Array(nx * ny).fill(Number.NaN), nx, ny };
	const latitude: Field = { values: new Float64Array(nx * ny).fill(Number.NaN), nx, ny };
	const dx = width / (nx - 1);
	const dy = height / (ny - 1);
	for (let j = 0, i = 0; j < ny; j++) {
		for (let k = 0; k < nx; k++, i++) {
			const world = sky.world(...toPixel(p, left + k * dx, top + j * dy));
			if (world) [longitude.values[i], latitude.values[i]] = world;
		}
	}
	const lines = [
		...contourLines(longitude, longitudeStep, true),
		...contourLines(latitude, latitudeStep, false),
	];
	for (const line of lines) {
		for (let i = 0; i < line.length; i += 2) {
			line[i] = left + line[i] * dx;
			line[i + 1] = top + line[i + 1] * dy;
		}
	}
	return lines;
}

const pixelAxis = (name: string, length: number): AxisTable => ({
	name,
	unit: "pixel",
	pixel: [0, Math.max(1, length - 1)],
	world: [0, Math.max(1, length - 1)],
	labels: [],
});

/** The tables of a plane without sky; pixel numbers where there is nothing better. */
export function planeAxes(geometry: Geometry): readonly [AxisTable, AxisTable] {
	return (
		geometry.axes ?? [
			pixelAxis(geometry.x.name || "x", geometry.width),
			pixelAxis(geometry.y.name || "y", geometry.height),
		]
	);
}

function plainGrid(geometry: Geometry, p: Placement, upright: boolean): Grid {
	const [x, y] = planeAxes(geometry);
	const { rect } = p;
	const bottom = plainTicks(x, p.x0, p.x1, rect.width / ACROSS);
	const left = plainTicks(y, p.y0, p.y1, rect.height / (upright ? UPWARDS : ACROSS));
	const across = bottom.ticks.map((t) => ({ text: t.text, at: toCanvas(p, t.at, 0)[0] }));
	const upwards = left.ticks.map((t) => ({ text: t.text, at: toCanvas(p, 0, t.at)[1] }));
	return {
		lines: [
			...across.map(({ at }) => [at, rect.top, at, rect.top + rect.height]),
			...upwards.map(({ at }) => [rect.left, at, rect.left + rect.width, at]),
		],
		bottom: across,
		left: upwards,
		inside: [],
		bottomName: bottom.name,
		leftName: left.name,
	};
}

/** Ticks of a table between two pixels, in pixels; at most about `most` of them. */
function plainTicks(axis: AxisTable, p0: number, p1: number, most: number) {
	const count = Math.max(1, most);
	if (axis.labels.length > 0) {
		const step = Math.max(1, Math.ceil((p1 - p0) / count));
		const ticks = multiples(Math.max(0, p0), Math.min(p1, axis.labels.length - 1), step);
		return { name: axis.name, ticks: ticks.map((at) => ({ at, text: axis.labels[at] ?? "" })) };
	}
	const a = worldAt(axis, p0);
	const b = worldAt(axis, p1);
	const step = niceStep(Math.abs(b - a) / count);
	const values = multiples(Math.min(a, b), Math.max(a, b), step);
	const { texts, exponent } = tickTexts(values, step);
	const ticks = values.map((v, i) => ({ at: pixelAt(axis, v), text: texts[i] }));
	return { name: axisName(axis, exponent), ticks: ticks.filter((t) => Number.isFinite(t.at)) };
}

function axisName(axis: AxisTable, exponent: number): string {
	const unit = [powerText(exponent), axis.unit].filter(Boolean).join(" ");
	return unit ? `${axis.name} (${unit})` : axis.name;
}
