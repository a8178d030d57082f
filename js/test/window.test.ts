import { describe, expect, it } from "vitest";
import type { Pixels } from "../src/pixels";
import { paint } from "../src/raster";
import { place, wholeImage } from "../src/viewport";
import { sampled, windowOf } from "../src/window";

const area = { left: 10, top: 20, width: 100, height: 100 };

function windowFor(size: number, viewport = wholeImage({ width: size, height: size }), ratio = 1) {
	const p = place(viewport, { width: size, height: size }, area, 1);
	return windowOf(wholeImage({ width: size, height: size }), size, size, p, ratio);
}

describe("the window on a frame", () => {
	it("paints no more pixels than the screen has", () => {
		expect(windowFor(1000)).toMatchObject({ c0: 0, c1: 1000, across: 100, down: 100, left: 10 });
		expect(windowFor(1000, undefined, 2)).toMatchObject({ across: 200, down: 200 });
	});
	it("paints no more pixels than the frame has", () => {
		expect(windowFor(8)).toMatchObject({ across: 8, down: 8, width: 100, height: 100 });
	});
	it("takes in only what is seen, whole pixels of it", () => {
		const seen = windowFor(1000, { x0: 100.2, x1: 110.2, y0: 600, y1: 610 });
		// Rows count from the top: y = 610 is row 389.
		expect(seen).toMatchObject({ c0: 100, c1: 111, r0: 389, r1: 400, across: 11, down: 11 });
	});
	it("is nothing beside the frame", () => {
		const p = place(wholeImage({ width: 50, height: 50 }), { width: 50, height: 50 }, area, 1);
		expect(windowOf({ x0: 100, y0: 100, x1: 110, y1: 110 }, 10, 10, p, 1)).toBeNull();
	});
});

describe("sampling", () => {
	it("takes the pixel under the middle of each part", () => {
		expect([...sampled(0, 4, 4)]).toEqual([0, 1, 2, 3]);
		expect([...sampled(10, 20, 5)]).toEqual([11, 13, 15, 17, 19]);
		expect([...sampled(0, 5, 2)]).toEqual([1, 3]);
	});
	it("paints the rows from the top, of floats and of codes alike", () => {
		const words = Uint32Array.from({ length: 256 }, (_, i) => i);
		const values = Float32Array.from({ length: 16 }, (_, i) => i);
		const codes = Uint16Array.from({ length: 16 }, (_, i) => i + 2);
		const part = { c0: 1, c1: 4, r0: 0, r1: 4, across: 3, down: 2 };
		for (const pixels of [
			{ dtype: "f4", values, good: null },
			{ dtype: "u2", codes, scale: 1, offset: 0 },
		] satisfies Pixels[]) {
			const out = new Uint32Array(6);
			paint(out, pixels, { width: 4, height: 4 }, part, words, [0, 256]);
			// Rows 1 and 3 from the top are rows 2 and 0 of the frame.
			expect([...out]).toEqual([9, 10, 11, 1, 2, 3]);
		}
	});
});
