/**
 * From a pixel to the sky, without asking the kernel: linear transformation, projection, rotation from the native to the celestial
 * pole (Calabretta & Greisen 2002, A&A 395, 1077, section 2). Where the projection is not known here, unit vectors on
 * a coarse grid are interpolated.
 */

import { deprojection, type Native } from "./projection";
import type { Geometry, MeshState, SkyState } from "./protocol";

const D = Math.PI / 180;

/** Longitude in [0, 360) and latitude, degrees. */
export type Direction = readonly [longitude: number, latitude: number];

export interface Sky {
	/** Where a pixel (x, y, counted from 0) looks at; null outside the map. */
	world(x: number, y: number): Direction | null;
	frame: string;
	sexagesimal: boolean;
	referenceLongitude: number;
	swapped: boolean;
}

export const turn = (degrees: number): number => {
	const t = degrees % 360;
	const turned = t < 0 ? t + 360 : t;
	return turned < 360 ? turned : 0; // a tiny negative angle rounds up to a whole turn
};

/** The sky of a displayed plane, or null if it has none. */
export function createSky(geometry: Geometry): Sky | null {
	const { sky, mesh } = geometry;
	const world = (sky && projected(sky)) ?? (mesh && interpolated(mesh));
	const facts = sky ?? mesh;
	if (!world || !facts) return null;
	return {
		world,
		frame: facts.frame,
		sexagesimal: facts.sexagesimal,
		referenceLongitude: facts.referenceLongitude,
		swapped: facts.swapped,
	};
}

/** Rotation from native to celestial coordinates. */
function rotation([alpha, delta, phiPole]: readonly [number, number, number]) {
	const sinPole = Math.sin(delta * D);
	const cosPole = Math.cos(delta * D);
	return ([phi, theta]: Native): Direction => {
		const dphi = phi - phiPole * D;
		const across = Math.cos(theta);
		const up = Math.sin(theta);
		const along = across * Math.cos(dphi);
		const east = -across * Math.sin(dphi);
		const north = up * cosPole - along * sinPole;
		const polar = up * sinPole + along * cosPole;
		const longitude = east === 0 && north === 0 ? alpha : alpha + Math.atan2(east, north) / D;
		return [turn(longitude), Math.atan2(polar, Math.hypot(east, north)) / D];
	};
}

function projected(state: SkyState): Sky["world"] | null {
	const native = deprojection(state.projection, state.parameters, state.pole[1]);
	if (native === null) return null;
	const celestial = rotation(state.pole);
	const { crpix, cdelt, pc, swapped } = state;
	return (x, y) => {
		const a = (swapped ? y : x) - crpix[0];
		const b = (swapped ? x : y) - crpix[1];
		const n = native(
			cdelt[0] * (pc[0][0] * a + pc[0][1] * b),
			cdelt[1] * (pc[1][0] * a + pc[1][1] * b),
		);
		return n && celestial(n);
	};
}

function interpolated(mesh: MeshState): Sky["world"] {
	const { nx, ny, x0, dx, y0, dy, xyz } = mesh;
	return (x, y) => {
		const u = (x - x0) / dx;
		const v = (y - y0) / dy;
		if (!(u >= -1 && v >= -1 && u <= nx && v <= ny)) return null;
		const i = Math.max(0, Math.min(nx - 2, Math.floor(u)));
		const j = Math.max(0, Math.min(ny - 2, Math.floor(v)));
		const sum = [0, 0, 0];
		for (const [di, dj] of [
			[0, 0],
			[1, 0],
			[0, 1],
			[1, 1],
		]) {
			const weight = (di ? u - i : 1 - (u - i)) * (dj ? v - j : 1 - (v - j));
			for (let k = 0; k < 3; k++) {
				const part = xyz[3 * ((j + dj) * nx + i + di) + k];
				if (part === null || !Number.isFinite(part)) return null;
				sum[k] += weight * part;
			}
		}
		const [p, q, r] = sum;
		return [turn(Math.atan2(q, p) / D), Math.atan2(r, Math.hypot(p, q)) / D];
	};
}

/**
 * How the sky runs across the picture near a pixel: columns are the pixel steps towards east and towards north, per degree on
 * the sky. Null where that is undefined.
 */
export function skyAxes(sky: Sky, x: number, y: number, h = 0.5) {
	const [left, right, below, above] = [
		sky.world(x - h, y),
		sky.world(x + h, y),
		sky.world(x, y - h),
		sky.world(x, y + h),
	];
	if (!left || !right || !below || !above) return null;
	const shrink = Math.cos(((below[1] + above[1]) / 2) * D);
	const eastX = (halfTurn(right[0] - left[0]) * shrink) / (2 * h);
	const eastY = (halfTurn(above[0] - below[0]) * shrink) / (2 * h);
	const northX = (right[1] - left[1]) / (2 * h);
	const northY = (above[1] - below[1]) / (2 * h);
	const det = eastX * northY - eastY * northX;
	if (!(Math.abs(det) > 0)) return null;
	return {
		east: [northY / det, -northX / det] as const,
		north: [-eastY / det, eastX / det] as const,
		/** Degrees on the sky of a step of one pixel. */
		pixel: Math.sqrt(Math.abs(det)),
	};
}

/** An angle difference brought to -180..180 degrees. */
export const halfTurn = (degrees: number): number => degrees - 360 * Math.round(degrees / 360);
