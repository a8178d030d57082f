/** Lookup tables from pixel codes to colours, as 32-bit words in the byte order of ImageData. */
import { BLANK, MASKED } from "./pixels";

export type Colour = readonly [r: number, g: number, b: number, a: number];

/** Blank pixels (NaN) let a hint of grey through, masked ones are a flat slate: neither is in any colour map. */
export const BLANK_COLOUR: Colour = [128, 128, 128, 56];
export const MASKED_COLOUR: Colour = [138, 154, 168, 255];

/** Four bytes as they must lie in memory, whatever the byte order of the machine. */
export function word([r, g, b, a]: Colour): number {
	return new Uint32Array(new Uint8Array([r, g, b, a]).buffer)[0];
}

/** 256 words of opaque colour. */
export function colourWords(colours: Uint8Array): Uint32Array {
	const words = new Uint32Array(256);
	for (let i = 0; i < 256; i++) {
		words[i] = word([colours[3 * i], colours[3 * i + 1], colours[3 * i + 2], 255]);
	}
	return words;
}

/** Limits that can be divided by: finite and apart. High first is allowed: the colours then run down. */
export function usableLimits([low, high]: readonly [number, number]): [number, number] {
	if (!Number.isFinite(low) || !Number.isFinite(high)) return [0, 1];
	if (high !== low) return [low, high];
	return [low, low + Math.max(Math.abs(low) * 1e-6, Number.MIN_VALUE * 1e8)];
}

/** Where a value falls among the 256 colours: 0 at the low limit and below, 255 at the high limit and above. */
export function colourIndex(value: number, low: number, high: number): number {
	const t = Math.floor(((value - low) / (high - low)) * 256);
	return Math.max(0, Math.min(255, t));
}

/** The colour of every code of a quantised frame. */
export function codeTable(
	words: Uint32Array,
	scale: number,
	offset: number,
	limits: readonly [number, number],
): Uint32Array {
	const [low, high] = usableLimits(limits);
	const table = new Uint32Array(65536);
	const slope = (256 * scale) / (high - low);
	const start = (256 * (offset - low)) / (high - low);
	for (let code = 2; code < 65536; code++) {
		const t = start + slope * (code - 2);
		table[code] = words[t > 0 ? (t < 255 ? t | 0 : 255) : 0];
	}
	table[BLANK] = word(BLANK_COLOUR);
	table[MASKED] = word(MASKED_COLOUR);
	return table;
}
