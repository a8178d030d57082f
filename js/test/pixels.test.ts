import { describe, expect, it } from "vitest";
import { colormap, colormapNames, isColormap } from "../src/colormaps";
import {
	BLANK_COLOUR,
	codeTable,
	colourIndex,
	colourWords,
	MASKED_COLOUR,
	usableLimits,
	word,
} from "../src/lut";
import { bitAt, decodePixels, sampleAt } from "../src/pixels";
import { type FrameHeader, readMessage } from "../src/protocol";
import { paint } from "../src/raster";

const frame = (fields: Partial<FrameHeader>): FrameHeader => {
	const header = readMessage({
		kind: "frame",
		id: 1,
		channel: 0,
		others: [],
		width: 3,
		height: 2,
		dtype: "f4",
		...fields,
	});
	if (header?.kind !== "frame") throw new Error("not a frame");
	return header;
};

/** The bytes of `array` at an odd address inside a larger buffer, as messages bring them. */
function displaced(array: ArrayBufferView, by: number): DataView {
	const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
	const buffer = new ArrayBuffer(bytes.length + by + 5);
	new Uint8Array(buffer, by).set(bytes);
	return new DataView(buffer, by, bytes.length);
}

const values = new Float32Array([1, 2, Number.NaN, 4, 5, 6]);

describe("decoding", () => {
	it.each([0, 1, 2, 3, 4, 7])("floats %d bytes into a buffer", (by) => {
		const pixels = decodePixels(frame({}), [displaced(values, by)]);
		expect(pixels.dtype === "f4" && [...pixels.values]).toEqual([...values]);
	});
	it.each([0, 1, 2])("codes %d bytes into a buffer", (by) => {
		const codes = new Uint16Array([0, 1, 2, 3, 4, 65535]);
		const header = frame({ dtype: "u2", scale: 0.5, offset: 10 });
		const pixels = decodePixels(header, [displaced(codes, by)]);
		expect([...codes.keys()].map((i) => sampleAt(pixels, i).value)).toEqual([
			Number.NaN,
			Number.NaN,
			10,
			10.5,
			11,
			10 + 65533 / 2,
		]);
		expect([...codes.keys()].map((i) => sampleAt(pixels, i).masked)).toEqual([
			false,
			true,
			false,
			false,
			false,
			false,
		]);
	});
	it("aligned buffers are not copied", () => {
		const view = new DataView(values.buffer);
		const pixels = decodePixels(frame({}), [view]);
		expect(pixels.dtype === "f4" && pixels.values.buffer).toBe(values.buffer);
	});
	it("good bits are in big order", () => {
		const bits = new Uint8Array([0b10110100]);
		expect([0, 1, 2, 3, 4, 5].map((i) => bitAt(bits, i))).toEqual([
			true,
			false,
			true,
			true,
			false,
			true,
		]);
		const pixels = decodePixels(frame({ masked: true }), [
			new DataView(values.buffer),
			new DataView(bits.buffer),
		]);
		expect(sampleAt(pixels, 1)).toEqual({ value: 2, masked: true, exact: true });
	});
	it("refuses buffers that do not fit", () => {
		expect(() => decodePixels(frame({}), [new DataView(new ArrayBuffer(20))])).toThrow(
			"a frame of 3 x 2 pixels needs 24 bytes, got 20",
		);
		expect(() => decodePixels(frame({}), [])).toThrow("got 0");
		expect(() => decodePixels(frame({ masked: true }), [new DataView(values.buffer)])).toThrow(
			"6 good bits need 1 bytes, got 0",
		);
	});
});

describe("colours", () => {
	it("come from the shared table", () => {
		expect(colormapNames()).toContain("inferno");
		expect(colormapNames()).not.toContain("licence");
		for (const name of colormapNames()) expect(colormap(name)).toHaveLength(768);
		expect([...colormap("grey_r").subarray(0, 3)]).toEqual([255, 255, 255]);
		expect([...colormap("inferno_r").subarray(765)]).toEqual([
			...colormap("inferno").subarray(0, 3),
		]);
		expect(isColormap("toString")).toBe(false);
		expect([...colormap("no such map").subarray(765)]).toEqual([255, 255, 255]);
	});
	it("of values run from the low to the high limit", () => {
		expect([-1, 0, 0.5, 0.999, 1, 9].map((v) => colourIndex(v, 0, 1))).toEqual([
			0, 0, 128, 255, 255, 255,
		]);
	});
	it("divide by limits that are apart", () => {
		expect(usableLimits([3, 3])[1]).toBeGreaterThan(3);
		expect(usableLimits([0, 0])[1]).toBeGreaterThan(0);
		expect(usableLimits([Number.NaN, 1])).toEqual([0, 1]);
		expect(usableLimits([5, 2])).toEqual([5, 2]);
	});
});

describe("painting", () => {
	const words = colourWords(colormap("viridis"));
	const whole = { c0: 0, c1: 3, r0: 0, r1: 2, across: 3, down: 2 };
	const painted = (pixels: Parameters<typeof paint>[1], limits: [number, number] = [0, 10]) => {
		const out = new Uint32Array(6);
		paint(out, pixels, { width: 3, height: 2 }, whole, words, limits);
		return [...out];
	};
	const of = (v: number) => words[colourIndex(v, 0, 10)];

	it("puts the first row at the bottom, and marks blank and masked pixels apart", () => {
		const good = new Uint8Array([0b11110100]);
		expect(painted({ dtype: "f4", values, good })).toEqual([
			of(4),
			word(MASKED_COLOUR),
			of(6),
			of(1),
			of(2),
			word(BLANK_COLOUR),
		]);
	});
	it("colours codes as it colours the values they stand for", () => {
		const codes = new Uint16Array([0, 1, 2, 3, 1002, 65535]);
		const scale = 0.01;
		expect(painted({ dtype: "u2", codes, scale, offset: -1 })).toEqual([
			of(-1 + 0.01),
			of(9),
			of(1000),
			word(BLANK_COLOUR),
			word(MASKED_COLOUR),
			of(-1),
		]);
	});
	it("runs the colours down if the high limit is given first", () => {
		const table = codeTable(words, 1, 0, [10, 0]);
		expect(table[2]).toBe(words[255]);
		expect(table[2 + 10]).toBe(words[0]);
	});
	it("keeps infinite values at the ends", () => {
		const infinite = new Float32Array([
			Number.POSITIVE_INFINITY,
			Number.NEGATIVE_INFINITY,
			0,
			0,
			0,
			0,
		]);
		expect(painted({ dtype: "f4", values: infinite, good: null }).slice(3, 5)).toEqual([
			words[255],
			words[0],
		]);
	});
	it("survives a value scale of zero", () => {
		const codes = new Uint16Array(6).fill(2);
		expect(painted({ dtype: "u2", codes, scale: 0, offset: 5 })).toEqual(Array(6).fill(of(5)));
	});
});
