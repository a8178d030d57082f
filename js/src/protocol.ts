/**
 * What travels between kernel and browser: traits, messages and frames. Wire keys are snake_case and end here:
 * the rest of the code sees the camelCase types. Whatever arrives is checked, because a kernel of another
 * version may be at the other end.
 */

/** One axis that is not on the picture: the channel slider is the first of them. */
export interface Slider {
	axis: number;
	name: string;
	length: number;
	unit: string;
}

/** A displayed axis without sky: pixel and world values of a piecewise linear table. */
export interface AxisTable {
	name: string;
	unit: string;
	pixel: number[];
	world: number[];
	labels: string[];
}

/** Everything needed to get from a pixel to the sky; all angles in degrees. */
export interface SkyState {
	projection: string;
	parameters: number[];
	crpix: [number, number];
	cdelt: [number, number];
	pc: [[number, number], [number, number]];
	/** Celestial longitude and latitude of the native pole, native longitude of the celestial pole. */
	pole: [number, number, number];
	referenceLongitude: number;
	frame: string;
	sexagesimal: boolean;
	/** True if the horizontal axis is the latitude. */
	swapped: boolean;
}

/** Unit vectors on a coarse grid of pixels, for projections the browser does not know. */
export interface MeshState {
	nx: number;
	ny: number;
	x0: number;
	dx: number;
	y0: number;
	dy: number;
	xyz: (number | null)[];
	frame: string;
	sexagesimal: boolean;
	referenceLongitude: number;
	swapped: boolean;
}

/** A synthesised beam: arcsec, arcsec, degrees east of north. */
export interface Beam {
	major: number;
	minor: number;
	angle: number;
}

export interface Geometry {
	width: number;
	height: number;
	x: { name: string; unit: string };
	y: { name: string; unit: string };
	sky: SkyState | null;
	mesh: MeshState | null;
	axes: readonly [AxisTable, AxisTable] | null;
	beam: Beam | null;
	unit: string;
	title: string;
	complex: boolean;
}

/** The synced traits, by their wire names. */
export interface Traits {
	channel: number;
	others: number[];
	sliders: Slider[];
	geometry: Record<string, unknown>;
	colormap: string;
	limits: number[];
	viewport: number[];
	grid: boolean;
	playing: boolean;
	interval: number;
	cursor: number[];
	pinned: number[];
	track_cursor: boolean;
	error: string;
	picture_id: string;
	height: number;
}

/** Browser to kernel. */
export type Outgoing =
	| { kind: "ready" }
	| { kind: "request"; id: number; channel: number; others: number[]; exact: boolean }
	| { kind: "cancel"; id: number };

/** The header of one plane of pixels; row 0 is the bottom. */
export interface FrameHeader {
	kind: "frame";
	id: number;
	channel: number;
	others: number[];
	width: number;
	height: number;
	/** Subsampling, numpy order: pixel (row, column) of the frame shows image pixel (row * step[0], column * step[1]). */
	step: [number, number];
	dtype: "u2" | "f4";
	scale: number;
	offset: number;
	limits: [number, number];
	labels: string[];
	masked: boolean;
}

export interface Failure {
	kind: "failed";
	id: number;
	error: string;
}

/** Kernel to browser. */
export type Incoming = FrameHeader | Failure;

type Wire = Record<string, unknown>;

const isObject = (x: unknown): x is Wire => typeof x === "object" && x !== null;
const text = (x: unknown): string => (typeof x === "string" ? x : "");
const number = (x: unknown, otherwise = Number.NaN): number =>
	typeof x === "number" ? x : otherwise;
const numbers = (x: unknown): number[] => (Array.isArray(x) ? x.map((v) => number(v)) : []);
const texts = (x: unknown): string[] => (Array.isArray(x) ? x.map(text) : []);
const pair = (x: unknown, a: number, b: number): [number, number] => {
	const [p, q] = numbers(x);
	return [Number.isFinite(p) ? p : a, Number.isFinite(q) ? q : b];
};

function readSky(wire: unknown): SkyState | null {
	if (!isObject(wire)) return null;
	const pc = Array.isArray(wire.pc) ? wire.pc : [];
	const [a = 0, d = 90, phi = 180] = numbers(wire.pole);
	return {
		projection: text(wire.projection),
		parameters: numbers(wire.parameters),
		crpix: pair(wire.crpix, 0, 0),
		cdelt: pair(wire.cdelt, 1, 1),
		pc: [pair(pc[0], 1, 0), pair(pc[1], 0, 1)],
		pole: [a, d, phi],
		referenceLongitude: number(wire.reference_longitude, 0),
		frame: text(wire.frame),
		sexagesimal: wire.sexagesimal === true,
		swapped: wire.swapped === true,
	};
}

function readMesh(wire: unknown): MeshState | null {
	if (!isObject(wire) || !Array.isArray(wire.xyz)) return null;
	const nx = number(wire.nx, 0);
	const ny = number(wire.ny, 0);
	if (nx < 2 || ny < 2 || wire.xyz.length < 3 * nx * ny) return null;
	return {
		nx,
		ny,
		x0: number(wire.x0, 0),
		dx: number(wire.dx, 1),
		y0: number(wire.y0, 0),
		dy: number(wire.dy, 1),
		xyz: wire.xyz as (number | null)[],
		frame: text(wire.frame),
		sexagesimal: wire.sexagesimal === true,
		referenceLongitude: number(wire.reference_longitude, 0),
		swapped: wire.swapped === true,
	};
}

function readTable(wire: unknown): AxisTable {
	const table = isObject(wire) ? wire : {};
	return {
		name: text(table.name),
		unit: text(table.unit),
		pixel: numbers(table.pixel),
		world: numbers(table.world),
		labels: texts(table.labels),
	};
}

function readBeam(wire: unknown): Beam | null {
	if (!isObject(wire)) return null;
	const major = number(wire.major);
	const minor = number(wire.minor, major);
	return major > 0 && minor > 0 ? { major, minor, angle: number(wire.angle, 0) } : null;
}

/** The trait `geometry`, checked. A geometry that is not there yet is one pixel. */
export function readGeometry(wire: unknown): Geometry {
	const g = isObject(wire) ? wire : {};
	const name = (axis: unknown) => ({
		name: isObject(axis) ? text(axis.name) : "",
		unit: isObject(axis) ? text(axis.unit) : "",
	});
	const axes = Array.isArray(g.axes) && g.axes.length === 2 ? g.axes : null;
	return {
		width: Math.max(1, number(g.width, 1)),
		height: Math.max(1, number(g.height, 1)),
		x: name(g.x),
		y: name(g.y),
		sky: readSky(g.sky),
		mesh: readMesh(g.mesh),
		axes: axes && [readTable(axes[0]), readTable(axes[1])],
		beam: readBeam(g.beam),
		unit: text(g.unit),
		title: text(g.title),
		complex: g.complex === true,
	};
}

/** A message of the kernel, or null if it is not one for the viewer. */
export function readMessage(wire: unknown): Incoming | null {
	if (!isObject(wire)) return null;
	if (wire.kind === "failed") {
		return {
			kind: "failed",
			id: number(wire.id, -1),
			error: text(wire.error) || "the kernel gave no reason",
		};
	}
	if (wire.kind !== "frame" || (wire.dtype !== "u2" && wire.dtype !== "f4")) return null;
	return {
		kind: "frame",
		id: number(wire.id, -1),
		channel: number(wire.channel, 0),
		others: numbers(wire.others),
		width: number(wire.width, 0),
		height: number(wire.height, 0),
		step: pair(wire.step, 1, 1),
		dtype: wire.dtype,
		scale: number(wire.scale, 1),
		offset: number(wire.offset, 0),
		limits: pair(wire.limits, 0, 1),
		labels: texts(wire.labels),
		masked: wire.masked === true,
	};
}
