/** What the viewer says of one pixel, without asking the kernel. */
import { planeAxes } from "./grid";
import { labelAt, worldAt } from "./linear";
import type { Sample } from "./pixels";
import type { AxisTable, Geometry } from "./protocol";
import { type Sky, skyAxes } from "./sky";
import { angleText, decimalsFor, numberText, valueText } from "./text";

export const NOTHING = "–";

export interface Readout {
	pixel: string;
	sky: string;
	value: string;
}

/** The texts for the image position (x, y), which need not be a whole pixel. */
export function describe(
	geometry: Geometry,
	sky: Sky | null,
	x: number,
	y: number,
	sample: Sample | null,
): Readout {
	return {
		pixel: `${Math.round(x)}, ${Math.round(y)}`,
		sky: sky ? skyText(sky, x, y) : planeText(geometry, x, y),
		value: sampleText(sample, geometry.unit),
	};
}

/** Longitude and latitude, to about a fifth of a pixel. */
export function skyText(sky: Sky, x: number, y: number): string {
	const world = sky.world(x, y);
	if (world === null) return "outside the map";
	const [longitude, latitude] = world;
	const pixel = skyAxes(sky, x, y)?.pixel ?? 1 / 3600;
	const step = Math.max(pixel / 5, 1e-10);
	const kinds = sky.sexagesimal
		? (["hours", "sexagesimal"] as const)
		: (["degrees", "degrees"] as const);
	const shrink = Math.max(0.01, Math.cos((latitude * Math.PI) / 180));
	const a = angleText(longitude, kinds[0], step / shrink);
	const b = angleText(latitude, kinds[1], step, { signed: true });
	return `${a} ${b}`;
}

function planeText(geometry: Geometry, x: number, y: number): string {
	const axes = planeAxes(geometry);
	if (geometry.axes === null) return NOTHING;
	// An image of one dimension has nothing to say of its second axis.
	return axes
		.map((axis, i) => (axis.pixel.length > 0 ? axisText(axis, i === 0 ? x : y) : ""))
		.filter(Boolean)
		.join(", ");
}

function axisText(axis: AxisTable, pixel: number): string {
	const label = labelAt(axis, pixel);
	if (label !== null) return label;
	const value = worldAt(axis, pixel);
	const step = Math.abs(worldAt(axis, pixel + 1) - value) / 5;
	if (!Number.isFinite(value)) return NOTHING;
	const size = Math.abs(value);
	const plain = size === 0 || (size >= 1e-3 && size < 1e10);
	const digits = step > 0 && size > 0 ? Math.ceil(Math.log10(size / step)) + 1 : 6;
	const text = plain
		? value.toFixed(decimalsFor(step))
		: numberText(value, Math.max(2, Math.min(15, digits)));
	return axis.unit ? `${text} ${axis.unit}` : text;
}

/** Value and state of a pixel: "≈" marks a value that was rounded on its way. */
export function sampleText(sample: Sample | null, unit: string): string {
	if (sample === null) return NOTHING;
	const { value, masked, exact } = sample;
	const blank = Number.isNaN(value);
	if (masked) return blank ? "masked" : `masked (${valueText(value, unit)})`;
	if (blank) return "blank";
	return exact ? valueText(value, unit) : `≈ ${valueText(value, unit, 4)}`;
}
