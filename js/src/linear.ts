/** A displayed axis without sky: a piecewise linear table between pixel and world. */
import type { AxisTable } from "./protocol";

/** Value at `x` of the line through the points; the end pieces go on beyond the table. */
function interpolate(x: number, from: readonly number[], to: readonly number[]): number {
	const n = Math.min(from.length, to.length);
	if (n === 0) return Number.NaN;
	if (n === 1) return x === from[0] ? to[0] : Number.NaN;
	const rising = from[n - 1] >= from[0];
	let low = 0;
	let high = n - 1;
	while (high - low > 1) {
		const middle = (low + high) >> 1;
		if (from[middle] <= x === rising) low = middle;
		else high = middle;
	}
	const run = from[high] - from[low];
	return run === 0 ? to[low] : to[low] + ((x - from[low]) / run) * (to[high] - to[low]);
}

/** World value at a pixel, in the unit of the table. */
export const worldAt = (axis: AxisTable, pixel: number): number =>
	interpolate(pixel, axis.pixel, axis.world);

/** Pixel at a world value. The world column runs one way: casacore makes no other. */
export const pixelAt = (axis: AxisTable, world: number): number =>
	interpolate(world, axis.world, axis.pixel);

/** The name that belongs to a pixel of a Stokes axis, or null. */
export function labelAt(axis: AxisTable, pixel: number): string | null {
	if (axis.labels.length === 0) return null;
	return axis.labels[Math.round(pixel)] ?? "";
}

const BIGGER = [
	[1e12, "THz"],
	[1e9, "GHz"],
	[1e6, "MHz"],
	[1e3, "kHz"],
] as const;

/** The table in the unit people read: frequencies with a prefix that suits their size, radians as degrees. */
export function readable(axis: AxisTable): AxisTable {
	const scaled = (factor: number, unit: string): AxisTable => ({
		...axis,
		unit,
		world: axis.world.map((v) => v / factor),
	});
	if (axis.unit === "rad") return scaled(Math.PI / 180, "°");
	if (axis.unit !== "Hz") return axis;
	const largest = Math.max(0, ...axis.world.map(Math.abs));
	const fit = BIGGER.find(([factor]) => largest >= factor);
	return fit === undefined ? axis : scaled(fit[0], fit[1]);
}
