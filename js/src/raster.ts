/** Pixels to colours. Row 0 of a frame is the bottom and row 0 of an ImageData the top: the flip happens here, once. */
import { BLANK_COLOUR, codeTable, MASKED_COLOUR, usableLimits, word } from "./lut";
import { bitAt, type Pixels } from "./pixels";

/**
 * Colour a frame.
 *
 * @param out one 32-bit word per pixel, as in `new Uint32Array(imageData.data.buffer)`
 * @param words 256 colours, see `colourWords`
 */
export function paint(
	out: Uint32Array,
	pixels: Pixels,
	width: number,
	height: number,
	words: Uint32Array,
	limits: readonly [number, number],
): void {
	if (pixels.dtype === "u2") {
		const table = codeTable(words, pixels.scale, pixels.offset, limits);
		paintCodes(out, pixels.codes, width, height, table);
	} else {
		paintValues(out, pixels.values, width, height, words, limits);
		if (pixels.good !== null) paintMask(out, pixels.good, width, height);
	}
}

function paintCodes(
	out: Uint32Array,
	codes: Uint16Array,
	width: number,
	height: number,
	table: Uint32Array,
): void {
	for (let row = 0; row < height; row++) {
		let from = row * width;
		let to = (height - 1 - row) * width;
		for (const end = from + width; from < end; from++, to++) out[to] = table[codes[from]];
	}
}

function paintValues(
	out: Uint32Array,
	values: Float32Array,
	width: number,
	height: number,
	words: Uint32Array,
	limits: readonly [number, number],
): void {
	const [low, high] = usableLimits(limits);
	const slope = 256 / (high - low);
	const blank = word(BLANK_COLOUR);
	for (let row = 0; row < height; row++) {
		let from = row * width;
		let to = (height - 1 - row) * width;
		for (const end = from + width; from < end; from++, to++) {
			const t = (values[from] - low) * slope;
			// Comparisons with NaN are false, so NaN falls through to the last branch.
			out[to] = t >= 0 ? words[t < 255 ? t | 0 : 255] : t < 0 ? words[0] : blank;
		}
	}
}

function paintMask(out: Uint32Array, good: Uint8Array, width: number, height: number): void {
	const masked = word(MASKED_COLOUR);
	for (let row = 0; row < height; row++) {
		const to = (height - 1 - row) * width;
		for (let column = 0, i = row * width; column < width; column++, i++) {
			if (!bitAt(good, i)) out[to + column] = masked;
		}
	}
}
