/** What a viewer knows of its image before any pixel has come: the trait `geometry` and what follows from it. */
import { readable } from "./linear";
import { type Geometry, readGeometry } from "./protocol";
import { createSky, type Sky } from "./sky";

export interface Facts {
	geometry: Geometry;
	sky: Sky | null;
	/** Height of a pixel over its width on the screen, null if free. */
	aspect: number | null;
}

export function readFacts(wire: unknown): Facts {
	const told = readGeometry(wire);
	const axes = told.axes;
	const geometry = { ...told, axes: axes && ([readable(axes[0]), readable(axes[1])] as const) };
	return { geometry, sky: createSky(geometry), aspect: pixelAspect(geometry) };
}

/** How much longer a picture may be than wide, and the reverse, before its pixels are stretched. */
const LONGEST = 15;

/**
 * Height of a pixel over its width on the screen: square on the sky, and wherever both axes have the same unit; null
 * (the picture fills its area) where the axes have nothing to do with each other.
 */
export function pixelAspect(geometry: Geometry): number | null {
	const aspect = worldAspect(geometry);
	if (aspect === null || !(aspect > 0) || !Number.isFinite(aspect)) return null;
	const shape = (geometry.height * aspect) / geometry.width;
	return shape > LONGEST || shape < 1 / LONGEST ? null : aspect;
}

function worldAspect({ sky, mesh, axes, x, y }: Geometry): number | null {
	if (sky) {
		const ratio = Math.abs(sky.cdelt[1] / sky.cdelt[0]);
		return sky.swapped ? 1 / ratio : ratio;
	}
	if (mesh) return 1;
	if (axes === null) return 1;
	if (x.unit !== y.unit || axes.some((axis) => axis.labels.length > 0)) return null;
	const [dx, dy] = axes.map(({ pixel, world }) => {
		const last = Math.min(pixel.length, world.length) - 1;
		return last > 0 ? (world[last] - world[0]) / (pixel[last] - pixel[0]) : Number.NaN;
	});
	return Math.abs(dy / dx);
}
