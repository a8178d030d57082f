import { describe, expect, it } from "vitest";
import { readGeometry } from "../src/protocol";
import { createSky, halfTurn, skyAxes } from "../src/sky";
import corpus from "./sky-corpus.json";

const geometryOf = (sky: unknown, mesh: unknown = null) =>
	readGeometry({ width: 81, height: 81, sky, mesh });

describe("positions of wcslib", () => {
	it("has cases of every projection", () => {
		const seen = new Set(corpus.cases.map((c) => c.sky.projection));
		expect(seen).toEqual(
			new Set(["SIN", "TAN", "ARC", "STG", "ZEA", "CAR", "CEA", "MER", "SFL", "AIT", "MOL"]),
		);
		for (const c of corpus.cases) expect(c.world.length).toBeGreaterThan(8);
	});

	it.each(corpus.cases.map((c) => [c.name, c] as const))("%s", (_, c) => {
		const sky = createSky(geometryOf(c.sky));
		c.pixels.forEach(([x, y], i) => {
			const expected = c.world[i];
			const world = sky?.world(x, y) ?? null;
			if (expected === null) {
				expect(world).toBeNull();
				return;
			}
			expect(world, `pixel ${x}, ${y}`).not.toBeNull();
			const [longitude, latitude] = world ?? [Number.NaN, Number.NaN];
			const shrink = Math.cos((expected[1] * Math.PI) / 180);
			const apart = Math.hypot(halfTurn(longitude - expected[0]) * shrink, latitude - expected[1]);
			expect(apart, `pixel ${x}, ${y}`).toBeLessThan(1e-9);
			expect(longitude).toBeGreaterThanOrEqual(0);
			expect(longitude).toBeLessThan(360);
		});
	});
});

const plain = corpus.cases[0].sky;

describe("sky", () => {
	it("is the same with swapped axes read across", () => {
		const straight = createSky(geometryOf(plain));
		const swapped = createSky(geometryOf({ ...plain, swapped: true }));
		expect(swapped?.world(12, 34)).toEqual(straight?.world(34, 12));
	});

	it("knows NCP as a slanted SIN", () => {
		const slant = corpus.cases.find((c) => c.name.includes("NCP"));
		if (!slant) throw new Error("no NCP case");
		const sky = createSky(geometryOf({ ...slant.sky, projection: "NCP", parameters: [] }));
		const [longitude, latitude] = sky?.world(slant.pixels[7][0], slant.pixels[7][1]) ?? [];
		expect(longitude).toBeCloseTo(slant.world[7]?.[0] ?? Number.NaN, 9);
		expect(latitude).toBeCloseTo(slant.world[7]?.[1] ?? Number.NaN, 9);
	});

	it("interpolates a mesh where it does not know the projection", () => {
		const exact = createSky(geometryOf(plain));
		const [nx, ny] = [17, 17];
		const xyz: number[] = [];
		for (let j = 0; j < ny; j++) {
			for (let i = 0; i < nx; i++) {
				const [a, b] = (exact?.world(i * 5, j * 5) ?? []).map((v) => (v * Math.PI) / 180);
				xyz.push(Math.cos(b) * Math.cos(a), Math.cos(b) * Math.sin(a), Math.sin(b));
			}
		}
		const mesh = { nx, ny, x0: 0, dx: 5, y0: 0, dy: 5, xyz, frame: "J2000", sexagesimal: true };
		const sky = createSky(geometryOf({ ...plain, projection: "QSC" }, mesh));
		const [a, b] = exact?.world(33.3, 21.9) ?? [];
		const [c, d] = sky?.world(33.3, 21.9) ?? [];
		expect(Math.abs((a ?? 0) - (c ?? 1))).toBeLessThan(1e-6);
		expect(Math.abs((b ?? 0) - (d ?? 1))).toBeLessThan(1e-6);
		expect(sky?.world(500, 3)).toBeNull();
	});

	it("has no sky without a direction", () => {
		expect(createSky(geometryOf(null))).toBeNull();
		expect(createSky(geometryOf({ ...plain, projection: "constructor" }))).toBeNull();
	});

	it("tells which way east and north are", () => {
		const sky = createSky(geometryOf(plain));
		const axes = sky && skyAxes(sky, 40, 37.5);
		expect(axes?.east[0]).toBeCloseTo(-1 / 0.003, 2);
		expect(axes?.north[1]).toBeCloseTo(1 / 0.003, 2);
		expect(axes?.pixel).toBeCloseTo(0.003, 8);
	});
});
