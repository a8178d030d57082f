/** Round steps and where they fall: numbers, degrees and sexagesimal angles. */
import type { AngleKind } from "./text";

const SIXTIETHS = [1, 2, 5, 10, 15, 20, 30];
const HOURS = [1, 2, 3, 4, 6, 12];
const DEGREES = [1, 2, 5, 10, 15, 20, 30, 45, 60, 90];

/** The smallest of 1, 2, 5 x 10^n that is at least `least`. */
export function niceStep(least: number): number {
	if (!(least > 0) || !Number.isFinite(least)) return 1;
	const power = 10 ** Math.floor(Math.log10(least));
	for (const factor of [1, 2, 5]) if (factor * power >= least * (1 - 1e-9)) return factor * power;
	return 10 * power;
}

const atLeast = (steps: readonly number[], least: number): number | undefined =>
	steps.find((step) => step >= least * (1 - 1e-9));

/** The smallest round step of an angle that is at least `least`; degrees in and out. */
export function niceAngle(least: number, kind: AngleKind): number {
	if (kind === "degrees") {
		return least <= 1 ? niceStep(least) : (atLeast(DEGREES, least) ?? 180);
	}
	const second = kind === "hours" ? 1 / 240 : 1 / 3600;
	const seconds = least / second;
	if (seconds <= 1) return niceStep(seconds) * second;
	const small = atLeast(SIXTIETHS, seconds);
	if (small !== undefined) return small * second;
	const middle = atLeast(SIXTIETHS, seconds / 60);
	if (middle !== undefined) return middle * 60 * second;
	const large = atLeast(kind === "hours" ? HOURS : DEGREES, seconds / 3600);
	return (large ?? (kind === "hours" ? 12 : 90)) * 3600 * second;
}

/** Multiples of `step` from `low` to `high`, at most a few hundred. */
export function multiples(low: number, high: number, step: number): number[] {
	const first = Math.ceil(low / step - 1e-9);
	const last = Math.floor(high / step + 1e-9);
	if (!(last - first < 500)) return [];
	return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => (first + i) * step);
}
