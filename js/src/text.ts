/** Numbers as people read them: sexagesimal angles, values with their unit, labels of ticks. */

export type AngleKind = "hours" | "sexagesimal" | "degrees";

const marks = { hours: ["h", "m", "s"], sexagesimal: ["°", "′", "″"] } as const;
const pad = (n: number, width = 2): string => String(n).padStart(width, "0");

/** Digits after the point so that `step` is resolved. */
export const decimalsFor = (step: number): number =>
	step > 0 && Number.isFinite(step)
		? Math.max(0, Math.min(12, Math.ceil(-Math.log10(step) - 1e-9)))
		: 0;

/**
 * An angle as text.
 *
 * @param degrees the angle
 * @param step how fine the text must be, degrees; fields that it makes empty are left out only if `trim` is set
 * @param signed latitudes carry their sign and two digits of degrees; longitudes are brought to one turn
 */
export function angleText(
	degrees: number,
	kind: AngleKind,
	step: number,
	{ signed = false, trim = false } = {},
): string {
	if (!Number.isFinite(degrees)) return "";
	if (kind === "degrees") return degreesText(degrees, decimalsFor(step), signed);
	const perDegree = kind === "hours" ? 240 : 3600;
	const fine = step * perDegree; // seconds
	const fields = trim ? (fine >= 3600 - 1e-6 ? 1 : fine >= 60 - 1e-6 ? 2 : 3) : 3;
	const decimals = fields === 3 ? Math.min(9, decimalsFor(fine)) : 0;
	// Count in the smallest unit shown, so that rounding carries: never 59.99 shown as 60.
	const unit = fields === 1 ? 3600 : fields === 2 ? 60 : 10 ** -decimals;
	let count = Math.round((Math.abs(degrees) * perDegree) / unit);
	if (!signed) count = wrapCount(degrees, perDegree, unit);
	const seconds = fields === 3 ? count / 10 ** decimals : 0;
	const whole = fields === 3 ? Math.floor(count / 10 ** decimals) : count * unit;
	const [a, b, c] = marks[kind];
	const head = Math.floor(whole / 3600);
	const minutes = Math.floor(whole / 60) % 60;
	const fraction = decimals > 0 ? `.${pad(count % 10 ** decimals, decimals)}` : "";
	const sign = signed ? (degrees < 0 && count > 0 ? "−" : "+") : "";
	const parts = [`${sign}${pad(head)}${a}`];
	if (fields > 1) parts.push(`${pad(minutes)}${b}`);
	if (fields > 2) parts.push(`${pad(Math.floor(seconds) % 60)}${fraction}${c}`);
	return parts.join("");
}

function wrapCount(degrees: number, perDegree: number, unit: number): number {
	const turn = Math.round((360 * perDegree) / unit);
	const count = Math.round((degrees * perDegree) / unit) % turn;
	return count < 0 ? count + turn : count;
}

function degreesText(degrees: number, decimals: number, signed: boolean): string {
	if (!signed) {
		const turned = ((degrees % 360) + 360) % 360;
		const shown = turned.toFixed(decimals);
		return `${Number(shown) === 360 ? (0).toFixed(decimals) : shown}°`;
	}
	const shown = Math.abs(degrees).toFixed(decimals);
	return `${degrees < 0 && Number(shown) !== 0 ? "−" : "+"}${shown}°`;
}

/** A number with so many significant digits; very large and very small ones with an exponent. */
export function numberText(value: number, digits = 5): string {
	if (!Number.isFinite(value)) return Number.isNaN(value) ? "blank" : value > 0 ? "∞" : "−∞";
	if (value === 0) return "0";
	const size = Math.abs(value);
	if (size < 1e-4 || size >= 1e7) return value.toExponential(digits - 1);
	const decimals = Math.max(0, digits - 1 - Math.floor(Math.log10(size)));
	return value.toFixed(Math.min(12, decimals));
}

/** A number as short as so many significant digits allow: no zeros at its end. */
export function shortText(value: number, digits: number): string {
	if (!Number.isFinite(value)) return numberText(value);
	const [mantissa, exponent] = numberText(value, digits).split("e");
	const short = mantissa.includes(".") ? mantissa.replace(/\.?0+$/, "") : mantissa;
	return exponent === undefined ? short : `${short}e${exponent.replace("+", "")}`;
}

/** A pixel value in the unit of the image, which is never rescaled. */
export const valueText = (value: number, unit: string, digits = 6): string =>
	unit && Number.isFinite(value)
		? `${numberText(value, digits)} ${unit}`
		: numberText(value, digits);

export interface NumberTicks {
	texts: string[];
	/** Power of ten taken out of all texts. */
	exponent: number;
}

/** Labels of evenly spaced numbers: the same decimals for all, a common power of ten taken out where it helps. */
export function tickTexts(values: readonly number[], step: number): NumberTicks {
	const largest = Math.max(0, ...values.map(Math.abs));
	const magnitude = largest > 0 ? Math.floor(Math.log10(largest) + 1e-9) : 0;
	const exponent = magnitude >= 5 || magnitude < -2 ? magnitude : 0;
	const unit = 10 ** exponent;
	const decimals = decimalsFor(step / unit);
	const texts = values.map((v) => {
		const shown = (v / unit).toFixed(decimals);
		return Number(shown) === 0 ? shown.replace("-", "") : shown.replace("-", "−");
	});
	return { texts, exponent };
}

const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/** "×10⁻⁵", or nothing for an exponent of 0. */
export function powerText(exponent: number): string {
	if (exponent === 0) return "";
	const digits = [...String(Math.abs(exponent))].map((d) => SUPERSCRIPTS[Number(d)]).join("");
	return `×10${exponent < 0 ? "⁻" : ""}${digits}`;
}

/** A sky frame as people write it: casacore shouts some of them. */
export const frameName = (frame: string): string =>
	/^(GALACTIC|ECLIPTIC|SUPERGAL|APP)$/.test(frame)
		? frame[0] + frame.slice(1).toLowerCase()
		: frame;
