/**
 * The pixels of a frame, as they lie in the message. Buffers arrive as DataViews into a larger buffer at any offset, while a typed
 * array needs an aligned one: only then is a copy made.
 */
import type { FrameHeader } from "./protocol";

/** Codes of a quantised frame below which no value lies. */
export const BLANK = 0;
export const MASKED = 1;
export const FIRST_VALUE = 2;

export type Pixels =
	| { dtype: "u2"; codes: Uint16Array; scale: number; offset: number }
	| { dtype: "f4"; values: Float32Array; good: Uint8Array | null };

/** One pixel: its value, and whether that value counts. A value of NaN is unknown or blank. */
export interface Sample {
	value: number;
	masked: boolean;
	/** False if the value was rounded on its way. */
	exact: boolean;
}

type Buffer = DataView | ArrayBuffer | Uint8Array;

const bytesOf = (b: Buffer): Uint8Array<ArrayBuffer> =>
	b instanceof ArrayBuffer
		? new Uint8Array(b)
		: new Uint8Array(b.buffer as ArrayBuffer, b.byteOffset, b.byteLength);

/** `bytes` from an address that a typed array of `size` bytes per element may begin at. */
function aligned(bytes: Uint8Array<ArrayBuffer>, size: number): Uint8Array<ArrayBuffer> {
	return bytes.byteOffset % size === 0 ? bytes : bytes.slice();
}

/** The pixels of a frame; throws if the buffers do not fit the header. */
export function decodePixels(header: FrameHeader, buffers: readonly Buffer[]): Pixels {
	const { width, height, dtype } = header;
	const count = width * height;
	const size = dtype === "u2" ? 2 : 4;
	const bytes = buffers.length > 0 ? bytesOf(buffers[0]) : new Uint8Array();
	if (!(count > 0) || bytes.byteLength !== count * size) {
		throw new Error(
			`a frame of ${width} x ${height} pixels needs ${count * size} bytes, got ${bytes.byteLength}`,
		);
	}
	const a = aligned(bytes, size);
	if (dtype === "u2") {
		const codes = new Uint16Array(a.buffer, a.byteOffset, count);
		return { dtype, codes, scale: header.scale, offset: header.offset };
	}
	const values = new Float32Array(a.buffer, a.byteOffset, count);
	if (!header.masked) return { dtype, values, good: null };
	const good = buffers.length > 1 ? bytesOf(buffers[1]) : new Uint8Array();
	if (good.byteLength < Math.ceil(count / 8)) {
		throw new Error(
			`${count} good bits need ${Math.ceil(count / 8)} bytes, got ${good.byteLength}`,
		);
	}
	return { dtype, values, good };
}

/** Bit `i` of bits packed in big order, eight a byte. */
export const bitAt = (bits: Uint8Array, i: number): boolean =>
	((bits[i >> 3] >> (7 - (i & 7))) & 1) === 1;

/** The pixel at flat index `i` (row 0 is the bottom). */
export function sampleAt(pixels: Pixels, i: number): Sample {
	if (pixels.dtype === "u2") {
		const code = pixels.codes[i];
		if (code < FIRST_VALUE) return { value: Number.NaN, masked: code === MASKED, exact: true };
		return {
			value: pixels.offset + pixels.scale * (code - FIRST_VALUE),
			masked: false,
			exact: pixels.scale === 0,
		};
	}
	const masked = pixels.good !== null && !bitAt(pixels.good, i);
	return { value: pixels.values[i], masked, exact: true };
}
