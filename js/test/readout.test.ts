import { describe, expect, it } from "vitest";
import { beamOutline } from "../src/beam";
import { pixelAspect, readFacts } from "../src/facts";
import { actionOf } from "../src/keyboard";
import { barOf, layoutCanvas } from "../src/layout";
import { labelAt, pixelAt, worldAt } from "../src/linear";
import { distance, middle, wheelFactor } from "../src/pointer";
import { readGeometry, readMessage } from "../src/protocol";
import { describe as describePixel, sampleText } from "../src/readout";
import { isLight } from "../src/theme";
import { place, wholeImage } from "../src/viewport";

const sky = {
	projection: "TAN",
	crpix: [50, 50],
	cdelt: [-1 / 3600, 1 / 3600],
	pc: [
		[1, 0],
		[0, 1],
	],
	pole: [30, 0, 180],
	frame: "J2000",
	sexagesimal: true,
};

describe("values", () => {
	const sample = { value: 0.0123456789, masked: false, exact: true };
	it.each([
		[sample, "0.0123457 Jy/beam"],
		[{ ...sample, exact: false }, "≈ 0.01235 Jy/beam"],
		[{ ...sample, masked: true }, "masked (0.0123457 Jy/beam)"],
		[{ value: Number.NaN, masked: true, exact: true }, "masked"],
		[{ value: Number.NaN, masked: false, exact: true }, "blank"],
		[{ value: Number.POSITIVE_INFINITY, masked: false, exact: true }, "∞"],
		[null, "–"],
	])("%j", (s, text) => {
		expect(sampleText(s, "Jy/beam")).toBe(text);
	});
});

describe("readout", () => {
	it("gives the sky to a fraction of a pixel", () => {
		const facts = readFacts({ width: 100, height: 100, sky });
		expect(describePixel(facts.geometry, facts.sky, 50, 50, null)).toEqual({
			pixel: "50, 50",
			sky: "02h00m00.00s +00°00′00.0″",
			value: "–",
		});
	});
	it("reads the tables of other axes", () => {
		const axes = [
			{ name: "Offset", unit: "arcmin", pixel: [0, 99], world: [0, 9.9], labels: [] },
			{ name: "Frequency", unit: "Hz", pixel: [0, 9], world: [1.42e9, 1.421e9], labels: [] },
		];
		const facts = readFacts({ width: 100, height: 10, axes });
		expect(describePixel(facts.geometry, null, 7, 9, null).sky).toBe("0.70 arcmin, 1.42100 GHz");
	});
});

describe("tables", () => {
	const axis = { name: "f", unit: "", pixel: [0, 1, 3], world: [10, 8, 7], labels: [] };
	it("are linear between their points and beyond", () => {
		expect([-1, 0, 0.5, 2, 5].map((x) => worldAt(axis, x))).toEqual([12, 10, 9, 7.5, 6]);
		expect([12, 9, 7.5, 6].map((w) => pixelAt(axis, w))).toEqual([-1, 0.5, 2, 5]);
	});
	it("say when they know nothing", () => {
		expect(worldAt({ ...axis, pixel: [], world: [] }, 1)).toBeNaN();
		expect(labelAt(axis, 1)).toBeNull();
		expect(labelAt({ ...axis, labels: ["I", "Q"] }, 1.2)).toBe("Q");
	});
});

describe("pixel aspect", () => {
	const shape = { width: 100, height: 100 };
	it.each([
		["square on the sky", { ...shape, sky }, 1],
		["as the increments say", { ...shape, sky: { ...sky, cdelt: [-1, 2] } }, 2],
		["with swapped axes", { ...shape, sky: { ...sky, cdelt: [-1, 2], swapped: true } }, 0.5],
		["square without coordinates", shape, 1],
		["free for a thin strip", { width: 4000, height: 10 }, null],
	])("%s", (_, wire, aspect) => {
		expect(pixelAspect(readGeometry(wire))).toBe(aspect);
	});
	it("is free where the units differ", () => {
		const axis = (unit: string) => ({ name: "", unit, pixel: [0, 9], world: [0, 9], labels: [] });
		const wire = {
			width: 10,
			height: 10,
			x: { unit: "Hz" },
			y: { unit: "km" },
			axes: [axis("Hz"), axis("km")],
		};
		expect(pixelAspect(readGeometry(wire))).toBeNull();
	});
});

describe("beam", () => {
	it("lies along its position angle, from north through east", () => {
		const facts = readFacts({ width: 100, height: 100, sky });
		const p = place(
			wholeImage(facts.geometry),
			facts.geometry,
			{ left: 0, top: 0, width: 200, height: 200 },
			1,
		);
		const outline = facts.sky && beamOutline({ major: 20, minor: 10, angle: 90 }, facts.sky, p);
		const xs = outline?.map(([x]) => x) ?? [];
		const ys = outline?.map(([, y]) => y) ?? [];
		expect(Math.max(...xs)).toBeCloseTo(20, 3);
		expect(Math.max(...ys)).toBeCloseTo(10, 3);
		const tilted = facts.sky && beamOutline({ major: 20, minor: 1, angle: 45 }, facts.sky, p);
		const [x, y] = tilted?.[0] ?? [0, 0];
		expect(x).toBeLessThan(0); // east is left
		expect(y).toBeLessThan(0); // north is up
	});
});

describe("layout", () => {
	it("puts the bar above the picture where there is little room", () => {
		const size = { width: 100, height: 100 };
		for (const width of [320, 360, 900, 1600]) {
			const layout = layoutCanvas(width, 420, 68);
			const p = place(wholeImage(size), size, layout.area, 1);
			const bar = barOf(layout, p);
			expect(bar.vertical).toBe(width > 520);
			for (const r of [layout.area, p.rect, bar.rect]) {
				expect(r.left).toBeGreaterThanOrEqual(0);
				expect(r.top).toBeGreaterThanOrEqual(0);
				expect(r.left + r.width).toBeLessThanOrEqual(width);
				expect(r.top + r.height).toBeLessThanOrEqual(420);
			}
		}
	});
});

describe("hands", () => {
	const press = (key: string, more = {}) =>
		actionOf({ key, shiftKey: false, ctrlKey: false, metaKey: false, altKey: false, ...more });
	it("press keys", () => {
		expect(press("]")).toEqual({ kind: "channel", by: 1 });
		expect(press("ArrowLeft")).toEqual({ kind: "move", dx: -1, dy: 0 });
		expect(press("ArrowUp", { shiftKey: true })).toEqual({ kind: "pan", dx: 0, dy: 1 });
		expect(press("s", { ctrlKey: true })).toBeNull();
		expect(press("constructor")).toBeNull();
	});
	it("turn wheels", () => {
		expect(wheelFactor(-320, 0)).toBe(2);
		expect(wheelFactor(3, 1)).toBeLessThan(1);
		expect(wheelFactor(1e6, 2)).toBe(0.5);
	});
	it("pinch", () => {
		expect(middle([0, 2], [4, 4])).toEqual([2, 3]);
		expect(distance([0, 0], [3, 4])).toBe(5);
	});
});

describe("what arrives", () => {
	it("is read with care", () => {
		expect(readMessage(null)).toBeNull();
		expect(readMessage({ kind: "frame", dtype: "i8" })).toBeNull();
		expect(readMessage({ kind: "other" })).toBeNull();
		expect(readMessage({ kind: "failed", id: 3 })).toEqual({
			kind: "failed",
			id: 3,
			error: "the kernel gave no reason",
		});
		expect(readGeometry(undefined)).toMatchObject({ width: 1, height: 1, sky: null, beam: null });
		expect(readGeometry({ beam: { major: 0, minor: 1 } }).beam).toBeNull();
		expect(readGeometry({ mesh: { nx: 5, ny: 5, xyz: [1, 2] } }).mesh).toBeNull();
	});
	it("may be light or dark", () => {
		expect(isLight("rgba(255, 255, 255, 0.87)")).toBe(true);
		expect(isLight("rgb(33, 33, 33)")).toBe(false);
	});
});
