import { describe, expect, it } from "vitest";
import { multiples, niceAngle, niceStep } from "../src/ticks";

describe("steps", () => {
	it.each([
		[0.7, 1],
		[1, 1],
		[1.1, 2],
		[0.021, 0.05],
		[51, 100],
		[0, 1],
		[Number.NaN, 1],
	])("of numbers: %d", (least, step) => {
		expect(niceStep(least)).toBeCloseTo(step, 12);
	});

	it.each([
		[7 / 240, "hours", 10 / 240],
		[40 / 240, "hours", 60 / 240],
		[0.3 / 240, "hours", 0.5 / 240],
		[40, "hours", 45],
		[6 / 60, "sexagesimal", 10 / 60],
		[40 / 60, "sexagesimal", 1],
		[22, "sexagesimal", 30],
		[0.03, "degrees", 0.05],
		[31, "degrees", 45],
		[300, "degrees", 180],
	] as const)("of angles: %d as %s", (least, kind, step) => {
		expect(niceAngle(least, kind)).toBeCloseTo(step, 12);
	});

	it("divide a turn, so that lines meet at its seam", () => {
		for (let least = 1e-4; least < 90; least *= 1.7) {
			for (const kind of ["hours", "sexagesimal"] as const) {
				const lines = 360 / niceAngle(least, kind);
				expect(Math.abs(lines - Math.round(lines))).toBeLessThan(1e-6);
			}
		}
	});
});

describe("multiples", () => {
	it("include both ends", () => {
		expect(multiples(-0.2, 0.4, 0.2).map((v) => v.toFixed(1))).toEqual([
			"-0.2",
			"0.0",
			"0.2",
			"0.4",
		]);
	});
	it("are none where there would be thousands, or the range is not known", () => {
		expect(multiples(0, 1e9, 1)).toEqual([]);
		expect(multiples(Number.NaN, 3, 1)).toEqual([]);
	});
});
