/** Pixels to colours. Row 0 of a frame is the bottom and row 0 of an ImageData the top: the flip happens here, once. */
import { BLANK_COLOUR, codeTable, MASKED_COLOUR, usableLimits, word } from "./lut";
import { bitAt, type Pixels } from "./pixels";
import { sampled, type Window } from "./window";

type Part = Pick<Window, "c0" | "c1" | "r0" | "r1" | "across" | "down">;

/**
 * Colour what is seen of a frame. Where the screen has fewer pixels than the frame, the one under the middle of each is
 * taken: painting costs what is on the screen, not what was sent.
 *
 * @param out one 32-bit word per painted pixel, as in `new Uint32Array(imageData.data.buffer)`
 * @param words 256 colours, see `colourWords`
 */
export function paint(
	out: Uint32Array,
	pixels: Pixels,
	frame: { width: number; height: number },
	part: Part,
	words: Uint32Array,
	limits: readonly [number, number],
): void {
	const columns = sampled(part.c0, part.c1, part.across);
	// Where each painted row begins among the pixels of the frame.
	const rows = sampled(part.r0, part.r1, part.down).map(
		(row) => (frame.height - 1 - row) * frame.width,
	);
	if (pixels.dtype === "u2") {
		const table = codeTable(words, pixels.scale, pixels.offset, limits);
		paintCodes(out, pixels.codes, rows, columns, table);
	} else {
		paintValues(out, pixels.values, rows, columns, words, limits);
		if (pixels.good !== null) paintMask(out, pixels.good, rows, columns);
	}
}

function paintCodes(
	out: Uint32Array,
	codes: Uint16Array,
	rows: Int32Array,
	columns: Int32Array,
	table: Uint32Array,
): void {
	let to = 0;
	for (const row of rows) {
		for (let i = 0; i < columns.length; i++) out[to++] = table[codes[row + columns[i]]];
	}
}

function paintValues(
	out: Uint32Array,
	values: Float32Array,
	rows: Int32Array,
	columns: Int32Array,
	words: Uint32Array,
	limits: readonly [number, number],
): void {
	const [low, high] = usableLimits(limits);
	const slope = 256 / (high - low);
	const blank = word(BLANK_COLOUR);
	let to = 0;
	for (const row of rows) {
		for (let i = 0; i < columns.length; i++) {
			const t = (values[row + columns[i]] - low) * slope;
			// Comparisons with NaN are false, so NaN falls through to the last branch.
			out[to++] = t >= 0 ? words[t < 255 ? t | 0 : 255] : t < 0 ? words[0] : blank;
		}
	}
}

function paintMask(
	out: Uint32Array,
	good: Uint8Array,
	rows: Int32Array,
	columns: Int32Array,
): void {
	const masked = word(MASKED_COLOUR);
	let to = 0;
	for (const row of rows) {
		for (let i = 0; i < columns.length; i++, to++) {
			if (!bitAt(good, row + columns[i])) out[to] = masked;
		}
	}
}
