import { describe, expect, it } from "vitest";
import {
	clamp,
	pan,
	place,
	readViewport,
	toCanvas,
	toPixel,
	viewportTrait,
	wholeImage,
	zoom,
} from "../src/viewport";

const size = { width: 200, height: 100 };
const area = { left: 50, top: 10, width: 400, height: 400 };

describe("placement", () => {
	it("fits the whole image with square pixels, centred", () => {
		const p = place(wholeImage(size), size, area, 1);
		expect(p).toMatchObject({ x0: -0.5, x1: 199.5, y0: -0.5, y1: 99.5, sx: 2, sy: 2 });
		expect(p.rect).toEqual({ left: 50, top: 110, width: 400, height: 200 });
	});
	it("fills the area where the aspect is free", () => {
		const p = place(wholeImage(size), size, area, null);
		expect(p.rect).toEqual(area);
		expect([p.sx, p.sy]).toEqual([2, 4]);
	});
	it("shows more of the image where the area has another shape than the viewport", () => {
		const p = place({ x0: 40, x1: 80, y0: 40, y1: 50 }, size, area, 1);
		expect(p.sx).toBe(10);
		expect([p.x0, p.x1, p.y0, p.y1]).toEqual([40, 80, 25, 65]);
	});
	it("maps pixels to the canvas and back, y upwards", () => {
		const p = place({ x0: 10, x1: 30, y0: 20, y1: 40 }, size, area, 1);
		const at = toCanvas(p, 12, 23);
		expect(toPixel(p, at[0], at[1])).toEqual([12, 23]);
		expect(toCanvas(p, 12, 24)[1]).toBeLessThan(at[1]);
	});
});

describe("moving", () => {
	const p = place({ x0: 50, x1: 90, y0: 30, y1: 70 }, size, area, 1);

	it("pans with the hand", () => {
		const v = pan(p, 20, 30, size);
		expect([v.x0, v.x1]).toEqual([48, 88]);
		expect([v.y0, v.y1]).toEqual([33, 73]);
	});
	it("stops at the edge of the image", () => {
		expect(pan(p, 1e6, -1e6, size)).toMatchObject({ x0: -0.5, x1: 39.5, y0: -0.5, y1: 39.5 });
		expect(clamp({ x0: -500, x1: 500, y0: 90, y1: 110 }, size)).toEqual({
			x0: -0.5,
			x1: 199.5,
			y0: 79.5,
			y1: 99.5,
		});
	});
	it.each([1.5, 0.8])("zooms by %d about the pixel under the hand", (factor) => {
		const at = [210, 130] as const;
		const before = toPixel(p, at[0], at[1]);
		const q = place(zoom(p, size, area, 1, at, factor), size, area, 1);
		const after = toPixel(q, at[0], at[1]);
		expect(after[0]).toBeCloseTo(before[0], 9);
		expect(after[1]).toBeCloseTo(before[1], 9);
		expect(q.sx).toBeCloseTo(p.sx * factor, 9);
	});
	it("zooms out no further than the whole image", () => {
		const v = zoom(p, size, area, 1, [250, 200], 1e-6);
		expect(viewportTrait(v, size)).toEqual([]);
		expect(viewportTrait(zoom(p, size, area, null, [250, 200], 1e-6), size)).toEqual([]);
	});
	it("zooms in no further than a few pixels", () => {
		const v = zoom(p, size, area, 1, [250, 200], 1e9);
		expect(v.x1 - v.x0).toBeCloseTo(4, 6);
	});
	it("ends where it began after zooming in and out", () => {
		const whole = place(wholeImage(size), size, area, 1);
		const near = place(zoom(whole, size, area, 1, [100, 150], 3), size, area, 1);
		const back = zoom(near, size, area, 1, [100, 150], 1 / 3);
		expect(viewportTrait(back, size)).toEqual([]);
	});
});

describe("trait", () => {
	it.each([[[]], [[1, 2, 3]], [[0, 0, Number.NaN, 1]], [[5, 5, 5, 9]]])(
		"%j is the whole image",
		(t) => {
			expect(readViewport(t, size)).toEqual(wholeImage(size));
		},
	);
	it("is four edges otherwise", () => {
		expect(readViewport([1, 2, 3, 4], size)).toEqual({ x0: 1, y0: 2, x1: 3, y1: 4 });
		expect(viewportTrait({ x0: 1, y0: 2, x1: 3, y1: 4 }, size)).toEqual([1, 2, 3, 4]);
	});
});
