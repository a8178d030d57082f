/**
 * Which pixels are asked for, and when. At most two requests are under way; of what is wanted meanwhile only the latest
 * is kept. While things move a quick frame is asked for, and an exact one when they have rested.
 */
import type { Outgoing } from "./protocol";

/** Index on the channel axis and on the further slider axes. */
export interface Position {
	channel: number;
	others: readonly number[];
}

export const samePosition = (a: Position, b: Position): boolean =>
	a.channel === b.channel &&
	a.others.length === b.others.length &&
	a.others.every((v, i) => v === b.others[i]);

interface Wish extends Position {
	exact: boolean;
}

interface Flight extends Wish {
	timer: ReturnType<typeof setTimeout>;
}

export interface RequestOptions {
	send: (message: Outgoing) => void;
	/** The latest wanted frame cannot come: the kernel said why, or did not answer. */
	failed: (error: string) => void;
	/** Ids count up from here; views of one model start at different places. */
	first?: number;
	inFlight?: number;
	timeout?: number;
	rest?: number;
}

export interface Requests {
	/** Ask for a position: quickly if things are `moving` (an exact frame follows when they rest), else exactly. */
	want(position: Position, moving: boolean): void;
	/** An answer came. True if the request was one of ours. */
	answered(id: number, error?: string): boolean;
	dispose(): void;
}

export function createRequests(options: RequestOptions): Requests {
	const { send, failed, inFlight = 2, timeout = 30_000, rest = 150 } = options;
	const flights = new Map<number, Flight>();
	let next = options.first ?? 1;
	let waiting: Wish | null = null;
	let latest: Wish | null = null;
	let resting: ReturnType<typeof setTimeout> | null = null;

	const isLatest = (wish: Wish) => latest !== null && samePosition(wish, latest);

	function launch(wish: Wish): void {
		const id = next++;
		const timer = setTimeout(() => {
			flights.delete(id);
			send({ kind: "cancel", id });
			if (isLatest(wish)) failed(silence(timeout));
			takeOff();
		}, timeout);
		flights.set(id, { ...wish, timer });
		send({
			kind: "request",
			id,
			channel: wish.channel,
			others: [...wish.others],
			exact: wish.exact,
		});
	}

	function takeOff(): void {
		if (waiting === null || flights.size >= inFlight) return;
		const wish = waiting;
		waiting = null;
		launch(wish);
	}

	function ask(wish: Wish): void {
		latest = wish;
		for (const flight of flights.values()) {
			if (samePosition(flight, wish) && (flight.exact || !wish.exact)) {
				waiting = null; // it is on its way
				return;
			}
		}
		waiting = wish;
		callOff();
		takeOff();
	}

	/** Exact frames of another position are slow and nobody will look at them; quick ones are still worth a glance. */
	function callOff(): void {
		for (const [id, flight] of flights) {
			if (!flight.exact || isLatest(flight)) continue;
			clearTimeout(flight.timer);
			flights.delete(id);
			send({ kind: "cancel", id });
		}
	}

	return {
		want(position, moving) {
			const wish = { channel: position.channel, others: [...position.others] };
			if (resting !== null) clearTimeout(resting);
			resting = moving ? setTimeout(() => ask({ ...wish, exact: true }), rest) : null;
			ask({ ...wish, exact: !moving });
		},
		answered(id, error) {
			const flight = flights.get(id);
			if (flight === undefined) return false;
			clearTimeout(flight.timer);
			flights.delete(id);
			if (error !== undefined && isLatest(flight)) failed(error);
			takeOff();
			return true;
		},
		dispose() {
			if (resting !== null) clearTimeout(resting);
			for (const [id, flight] of flights) {
				clearTimeout(flight.timer);
				send({ kind: "cancel", id });
			}
			flights.clear();
			waiting = null;
		},
	};
}

const silence = (ms: number): string =>
	`no answer from the kernel within ${ms / 1000} s: it may be busy or stopped`;
