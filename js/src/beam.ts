/** The outline of the beam as it lies on the sky of the picture. */
import type { Beam } from "./protocol";
import { type Sky, skyAxes } from "./sky";
import type { Placement } from "./viewport";

/**
 * Points around the centre, in CSS pixels (y down); null where the sky is undefined. The position angle runs from north
 * through east.
 */
export function beamOutline(beam: Beam, sky: Sky, p: Placement): [number, number][] | null {
	const axes = skyAxes(sky, (p.x0 + p.x1) / 2, (p.y0 + p.y1) / 2);
	if (axes === null) return null;
	const angle = (beam.angle * Math.PI) / 180;
	const a = beam.major / 3600 / 2;
	const b = beam.minor / 3600 / 2;
	return Array.from({ length: 48 }, (_, i) => {
		const t = (2 * Math.PI * i) / 48;
		const along = a * Math.cos(t);
		const across = b * Math.sin(t);
		const north = along * Math.cos(angle) - across * Math.sin(angle);
		const east = along * Math.sin(angle) + across * Math.cos(angle);
		const x = east * axes.east[0] + north * axes.north[0];
		const y = east * axes.east[1] + north * axes.north[1];
		return [x * p.sx, -y * p.sy];
	});
}
