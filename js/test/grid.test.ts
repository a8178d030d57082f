import { describe, expect, it } from "vitest";
import { contourLines, type Field } from "../src/contours";
import { readFacts } from "../src/facts";
import { createGrid } from "../src/grid";
import { place, wholeImage } from "../src/viewport";

const field = (nx: number, ny: number, f: (x: number, y: number) => number): Field => ({
	nx,
	ny,
	values: Float64Array.from({ length: nx * ny }, (_, i) => f(i % nx, Math.floor(i / nx))),
});

describe("contours", () => {
	it("of a slope are one line each, from edge to edge", () => {
		const lines = contourLines(
			field(11, 6, (x) => x - 0.5),
			2.5,
			false,
		);
		expect(lines.map((l) => l[0]).sort((p, q) => p - q)).toEqual([0.5, 3, 5.5, 8]);
		for (const line of lines) expect(line).toHaveLength(12);
	});
	it("join in a loop around a hill", () => {
		const lines = contourLines(
			field(21, 21, (x, y) => Math.hypot(x - 10, y - 10)),
			6.3,
			false,
		);
		const loop = lines.find((l) => l.length > 20) ?? [];
		expect([loop[0], loop[1]]).toEqual([loop.at(-2), loop.at(-1)]);
	});
	it("run through the seam of longitude once", () => {
		const lines = contourLines(
			field(18, 5, (x) => (351 + x) % 360),
			10,
			true,
		);
		expect(lines).toHaveLength(1);
		expect(lines[0][0]).toBe(9);
	});
	it("leave out the cell of a pole and what is not known", () => {
		const around = field(21, 21, (x, y) => (Math.atan2(y - 10.5, x - 10.5) * 180) / Math.PI);
		for (const line of contourLines(around, 30, true)) {
			for (let i = 0; i < line.length; i += 2) {
				expect(Math.hypot(line[i] - 10.5, line[i + 1] - 10.5)).toBeGreaterThan(0.4);
			}
		}
		expect(
			contourLines(
				field(9, 9, () => Number.NaN),
				1,
				false,
			),
		).toEqual([]);
	});
});

const area = { left: 100, top: 10, width: 500, height: 400 };
const sky = {
	projection: "SIN",
	parameters: [0, 0],
	crpix: [127.5, 127.5],
	cdelt: [-10 / 3600, 10 / 3600],
	pc: [
		[1, 0],
		[0, 1],
	],
	pole: [114.214, 65.6026, 180],
	reference_longitude: 114.214,
	frame: "J2000",
	sexagesimal: true,
	swapped: false,
};
const wire = {
	width: 256,
	height: 256,
	x: { name: "Right Ascension", unit: "rad" },
	y: { name: "Declination", unit: "rad" },
	sky,
};
const gridOf = (geometry: unknown) => {
	const facts = readFacts(geometry);
	const p = place(wholeImage(facts.geometry), facts.geometry, area, facts.aspect);
	return { grid: createGrid(facts.geometry, facts.sky, p, true), p, facts };
};

describe("sky grid", () => {
	it("labels round positions where they are", () => {
		const { grid, p, facts } = gridOf(wire);
		expect(grid.bottom.map((t) => t.text)).toEqual(["07h40m", "07h38m", "07h36m", "07h34m"]);
		expect(grid.bottomName).toBe("Right Ascension (J2000)");
		expect(grid.leftName).toBe("Declination (J2000)");
		const tick = grid.left.find((t) => t.text === "+65°30′");
		const y = p.y1 - ((tick?.at ?? 0) - p.rect.top) / p.sy;
		expect(facts.sky?.world(-0.5, y)?.[1]).toBeCloseTo(65.5, 4);
	});
	it("keeps labels of the left edge inside the picture", () => {
		const { grid, p } = gridOf(wire);
		for (const { at } of grid.left) {
			expect(at).toBeGreaterThanOrEqual(p.rect.top);
			expect(at).toBeLessThanOrEqual(p.rect.top + p.rect.height);
		}
	});
	it("changes the edges of a picture turned on its side, and their names", () => {
		const turned = {
			...sky,
			pc: [
				[0, -1],
				[1, 0],
			],
		};
		const { grid } = gridOf({ ...wire, sky: turned });
		expect(grid.bottomName).toBe("Declination (J2000)");
		expect(grid.bottom[0].text).toContain("°");
		expect(grid.left[0].text).toContain("h");
	});
	it("names swapped axes for what they are", () => {
		const { grid } = gridOf({ ...wire, x: wire.y, y: wire.x, sky: { ...sky, swapped: true } });
		expect(grid.bottomName).toBe("Declination (J2000)");
		expect(grid.leftName).toBe("Right Ascension (J2000)");
	});
	it("writes inside the picture where the edges see no sky", () => {
		const whole = {
			...sky,
			projection: "AIT",
			cdelt: [-324 / 256, 162 / 128],
			crpix: [127.5, 63.5],
			pole: [0, 90, 0],
			frame: "GALACTIC",
			sexagesimal: false,
		};
		const { grid } = gridOf({ ...wire, height: 128, sky: whole });
		expect(grid.bottom).toEqual([]);
		expect(grid.inside.length).toBeGreaterThan(4);
		expect(grid.lines.length).toBeGreaterThan(8);
	});
});

describe("grid without sky", () => {
	const axis = (
		name: string,
		unit: string,
		pixel: number[],
		world: number[],
		labels: string[] = [],
	) => ({
		name,
		unit,
		pixel,
		world,
		labels,
	});
	it("follows the tables, frequencies in a readable unit", () => {
		const { grid } = gridOf({
			width: 100,
			height: 64,
			axes: [
				axis("Offset", "arcmin", [0, 99], [-12, 12]),
				axis("Frequency", "Hz", [0, 63], [1.4204e9, 1.4184e9]),
			],
		});
		expect(grid.bottomName).toBe("Offset (arcmin)");
		expect(grid.leftName).toBe("Frequency (GHz)");
		expect(grid.left.map((t) => t.text)).toContain("1.4200");
		expect(grid.bottom.map((t) => t.text)).toContain("−5");
	});
	it("names Stokes parameters", () => {
		const { grid } = gridOf({
			width: 4,
			height: 10,
			axes: [
				axis("Stokes", "", [0, 1, 2, 3], [1, 2, 3, 4], ["I", "Q", "U", "V"]),
				axis("Linear", "km", [0, 9], [0, 9]),
			],
		});
		expect(grid.bottom.map((t) => t.text)).toEqual(["I", "Q", "U", "V"]);
	});
	it("counts pixels where nothing is known, and bears an image of one dimension", () => {
		expect(gridOf({ width: 50, height: 40 }).grid.bottomName).toBe("x (pixel)");
		const line = gridOf({
			width: 50,
			height: 1,
			axes: [axis("Linear", "km", [0, 49], [0, 4.9]), axis("", "", [], [])],
		});
		expect(line.grid.left).toEqual([]);
	});
});
