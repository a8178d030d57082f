/**
 * Lines of equal value through a field sampled on a coarse grid: marching squares at all multiples of a step at once. A periodic field
 * (longitude) is unwrapped inside each cell, so its seam draws nothing; cells that hold a pole are left out. The pieces are
 * joined to long lines, since separate strokes would show their ends.
 */
import { halfTurn } from "./sky";

export interface Field {
	/** Row by row; NaN where there is no answer. */
	values: Float64Array;
	nx: number;
	ny: number;
}

/** Flat x, y, x, y, ... in units of the grid. */
export type Line = number[];

interface Crossing {
	x: number;
	y: number;
	next: Crossing[];
	done: boolean;
}

/** Corners of a cell in turn, and the neighbour cell's name of each of its edges: 0 horizontal, 1 vertical. */
const CORNERS = [
	[0, 0],
	[1, 0],
	[1, 1],
	[0, 1],
] as const;
const EDGES = [
	[0, 0, 0],
	[1, 0, 1],
	[0, 1, 0],
	[0, 0, 1],
] as const;

/** A change this large from one sample to the next is a jump, not a slope. */
const JUMP = 120;

export function contourLines(field: Field, step: number, periodic: boolean): Line[] {
	const crossings = new Map<string, Crossing>();
	const { nx, ny } = field;
	const turnLevels = Math.round(360 / step);
	const corner = [0, 0, 0, 0];
	for (let j = 0; j < ny - 1; j++) {
		for (let i = 0; i < nx - 1; i++) {
			if (!unwrapCell(field, i, j, periodic, corner)) continue;
			const first = Math.ceil(Math.min(...corner) / step);
			const last = Math.floor(Math.max(...corner) / step);
			if (!(last - first < 200)) continue;
			for (let level = first; level <= last; level++) {
				const name = periodic ? ((level % turnLevels) + turnLevels) % turnLevels : level;
				const found = cellCrossings(crossings, corner, level * step, name, i, j, nx);
				for (let k = 0; k + 1 < found.length; k += 2) {
					found[k].next.push(found[k + 1]);
					found[k + 1].next.push(found[k]);
				}
			}
		}
	}
	return join([...crossings.values()]);
}

function unwrapCell(
	field: Field,
	i: number,
	j: number,
	periodic: boolean,
	corner: number[],
): boolean {
	for (let k = 0; k < 4; k++) {
		const value = field.values[(j + CORNERS[k][1]) * field.nx + i + CORNERS[k][0]];
		if (Number.isNaN(value)) return false;
		const step = k === 0 ? 0 : value - corner[k - 1];
		const change = periodic ? halfTurn(step) : step;
		if (periodic && Math.abs(change) > JUMP) return false;
		corner[k] = k === 0 ? value : corner[k - 1] + change;
	}
	return !periodic || Math.abs(corner[3] - corner[0]) < 180;
}

function cellCrossings(
	crossings: Map<string, Crossing>,
	corner: readonly number[],
	level: number,
	name: number,
	i: number,
	j: number,
	nx: number,
): Crossing[] {
	const found: Crossing[] = [];
	for (let k = 0; k < 4; k++) {
		const a = corner[k];
		const b = corner[(k + 1) % 4];
		if (a <= level === b <= level) continue;
		const [ei, ej, vertical] = EDGES[k];
		const key = `${name}:${((j + ej) * nx + i + ei) * 2 + vertical}`;
		let crossing = crossings.get(key);
		if (crossing === undefined) {
			const t = (level - a) / (b - a);
			const [ax, ay] = CORNERS[k];
			const [bx, by] = CORNERS[(k + 1) % 4];
			crossing = { x: i + ax + t * (bx - ax), y: j + ay + t * (by - ay), next: [], done: false };
			crossings.set(key, crossing);
		}
		found.push(crossing);
	}
	return found;
}

/** Follow each line from an end; what is left then are closed loops. */
function join(crossings: Crossing[]): Line[] {
	const lines: Line[] = [];
	const ends = crossings.filter((c) => c.next.length === 1);
	for (const start of [...ends, ...crossings]) {
		if (start.done) continue;
		const line: Line = [];
		let here: Crossing | undefined = start;
		while (here !== undefined) {
			here.done = true;
			line.push(here.x, here.y);
			here = here.next.find((c) => !c.done);
		}
		const closed = start.next.length > 1 && line.length > 4;
		if (closed) line.push(start.x, start.y);
		if (line.length > 2) lines.push(line);
	}
	return lines;
}
