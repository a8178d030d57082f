/**
 * Map projections: from the plane to native spherical coordinates, after Calabretta & Greisen 2002, A&A 395, 1077 (the section
 * of each is given). Lengths on the plane are degrees. An answer of null means that no point of the sky lies there.
 * Angles are formed with atan2 rather than asin, which would lose half of the digits near a pole.
 */

/** Native longitude and latitude in radians. */
export type Native = readonly [phi: number, theta: number];

/** `p` are the PVi_m of the latitude axis, as far as the projection has any. */
type Deproject = (x: number, y: number, p: readonly number[]) => Native | null;

const D = Math.PI / 180;
const HALF = Math.PI / 2;

/** Slack at the edge of a map, where rounding may put its last point just outside. */
const EDGE = 1e-12;

const azimuth = (x: number, y: number): number => (x === 0 && y === 0 ? 0 : Math.atan2(x, -y));

/** Zenithal projections differ in how far from the pole a radius leads; NaN is nowhere. */
const zenithal =
	(distance: (r: number) => number): Deproject =>
	(x, y) => {
		const away = distance(Math.hypot(x, y) * D);
		return Number.isNaN(away) ? null : [azimuth(x, y), HALF - away];
	};

/**
 * SIN with its slant parameters (section 5.1.5). With u = 1 - sin(theta) the slanted map reads
 * (X - p1 u)^2 + (Y + p2 u)^2 = 2u - u^2, whose smaller root is written without a difference of near-equal numbers.
 */
const sine: Deproject = (x, y, [p1 = 0, p2 = 0]) => {
	const X = x * D;
	const Y = y * D;
	const a = 1 + p1 * p1 + p2 * p2;
	const b = 1 + p1 * X + p2 * Y;
	const c = X * X + Y * Y;
	const under = b * b - a * c;
	if (under < -EDGE || (p1 === 0 && p2 === 0 && c > 1 + EDGE)) return null;
	const u = c / (b + Math.sqrt(Math.max(0, under)));
	const east = X - p1 * u;
	const north = Y - p2 * u;
	return [azimuth(east, north), Math.atan2(1 - u, Math.hypot(east, north))];
};

const bounded = (phi: number, theta: number): Native | null =>
	Math.abs(theta) > HALF + EDGE ? null : [phi, Math.max(-HALF, Math.min(HALF, theta))];

/** Sine and cosine forms that need |s| <= 1. */
const arcsine = (s: number): number =>
	Math.abs(s) > 1 + EDGE ? Number.NaN : Math.asin(Math.max(-1, Math.min(1, s)));

const cylindricalEqualArea: Deproject = (x, y, [lambda = 1]) => {
	const theta = arcsine(y * D * lambda);
	return Number.isNaN(theta) ? null : [x * D, theta];
};

const mercator: Deproject = (x, y) => [x * D, 2 * Math.atan(Math.exp(y * D)) - HALF];

const sansonFlamsteed: Deproject = (x, y) => {
	const theta = y * D;
	const across = Math.cos(theta);
	if (Math.abs(theta) > HALF + EDGE) return null;
	if (across < EDGE) return Math.abs(x) < 1e-9 ? [0, theta] : null;
	return within((x * D) / across, theta);
};

/** Pseudo-cylindrical maps end at native longitudes of half a turn. */
const within = (phi: number, theta: number): Native | null =>
	Math.abs(phi) > Math.PI + EDGE * 10 ? null : [phi, theta];

/** AIT (section 5.3.3); the ellipse ends where z^2 is one half. */
const hammerAitoff: Deproject = (x, y) => {
	const u = x * D;
	const v = y * D;
	const z2 = 1 - (u * u) / 16 - (v * v) / 4;
	if (z2 < 0.5 - EDGE) return null;
	const z = Math.sqrt(Math.max(0.5, z2));
	const theta = arcsine(v * z);
	if (Number.isNaN(theta)) return null;
	return [2 * Math.atan2((z * u) / 2, 2 * z * z - 1), theta];
};

/** MOL (section 5.3.4). */
const mollweide: Deproject = (x, y) => {
	const gamma = arcsine((y * D) / Math.SQRT2);
	if (Number.isNaN(gamma)) return null;
	const theta = arcsine((2 * gamma + Math.sin(2 * gamma)) / Math.PI);
	const across = Math.cos(gamma);
	if (across < 1e-9) return Math.abs(x) < 1e-7 ? [0, theta] : null;
	return within((Math.PI * x * D) / (2 * Math.SQRT2 * across), theta);
};

const projections: Record<string, Deproject> = {
	SIN: sine,
	TAN: zenithal((r) => Math.atan(r)),
	STG: zenithal((r) => 2 * Math.atan(r / 2)),
	ARC: zenithal((r) => (r <= Math.PI + EDGE ? r : Number.NaN)),
	ZEA: zenithal((r) => 2 * arcsine(r / 2)),
	CAR: (x, y) => bounded(x * D, y * D),
	CEA: cylindricalEqualArea,
	MER: mercator,
	SFL: sansonFlamsteed,
	GLS: sansonFlamsteed,
	AIT: hammerAitoff,
	MOL: mollweide,
};

/**
 * The way back from the plane for a projection, or null if it is not known here. `poleLatitude` (degrees) is needed by NCP alone,
 * which is the SIN that an east-west array makes: its slant is the cotangent of the latitude.
 */
export function deprojection(
	name: string,
	parameters: readonly number[],
	poleLatitude: number,
): ((x: number, y: number) => Native | null) | null {
	if (name === "NCP") {
		const slant = [0, 1 / Math.tan(poleLatitude * D)];
		return (x, y) => sine(x, y, slant);
	}
	if (!Object.hasOwn(projections, name)) return null;
	const map = projections[name];
	return (x, y) => map(x, y, parameters);
}
