import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createPlayer } from "../src/player";
import { createSync, type Model } from "../src/sync";

function createModel(state: Record<string, unknown>) {
	const listeners = new Map<string, Set<() => void>>();
	const saves: unknown[] = [];
	const model: Model = {
		get: (key) => state[key],
		set(key, value) {
			state[key] = value;
			for (const f of listeners.get(`change:${key}`) ?? []) f();
		},
		on(event, f) {
			const set = listeners.get(event) ?? new Set();
			listeners.set(event, set.add(f as () => void));
		},
		off: (event, f) => void listeners.get(event)?.delete(f as () => void),
		save_changes: () => void saves.push({ ...state }),
		send: () => {},
	};
	return { model, saves, listening: () => [...listeners.values()].reduce((n, s) => n + s.size, 0) };
}

beforeEach(() => {
	vi.useFakeTimers();
});
afterEach(() => {
	vi.useRealTimers();
});

describe("sync", () => {
	it("sets at once and saves later, at most every so often", () => {
		const { model, saves } = createModel({ channel: 0 });
		const sync = createSync(model, 50);
		const seen: number[] = [];
		sync.on("channel", () => seen.push(sync.get("channel")));
		for (let c = 1; c <= 10; c++) {
			sync.set("channel", c);
			vi.advanceTimersByTime(10);
		}
		expect(seen).toHaveLength(10);
		expect(saves.length).toBeLessThanOrEqual(3);
		vi.advanceTimersByTime(50);
		expect(saves.at(-1)).toEqual({ channel: 10 });
	});
	it("keeps a value that waits to be saved when the echo of an older one arrives", () => {
		const { model, saves } = createModel({ channel: 0 });
		const sync = createSync(model, 50);
		const seen: number[] = [];
		sync.on("channel", () => seen.push(sync.get("channel")));
		sync.set("channel", 1);
		vi.advanceTimersByTime(60);
		sync.set("channel", 2);
		model.set("channel", 1); // the kernel's echo of the first save
		expect(sync.get("channel")).toBe(2);
		expect(seen).toEqual([1, 2]);
		vi.advanceTimersByTime(60);
		expect(saves).toEqual([{ channel: 1 }, { channel: 2 }]);
		model.set("channel", 7); // later changes of the kernel count
		expect(sync.get("channel")).toBe(7);
	});
	it("does nothing for a value that is there already", () => {
		const { model, saves } = createModel({ pinned: [1, 2] });
		const sync = createSync(model);
		sync.set("pinned", [1, 2]);
		vi.runAllTimers();
		expect(saves).toEqual([]);
	});
	it("saves what is left and stops listening when disposed of", () => {
		const { model, saves, listening } = createModel({ grid: false });
		const sync = createSync(model);
		sync.on("grid", () => {});
		sync.set("grid", true);
		sync.dispose();
		expect(saves).toEqual([{ grid: true }]);
		expect(listening()).toBe(0);
		expect(vi.getTimerCount()).toBe(0);
	});
});

describe("player", () => {
	it("steps at its interval while frames are seen", () => {
		let steps = 0;
		const player = createPlayer(
			() => {
				steps++;
				player.moved();
				player.shown();
			},
			() => 100,
		);
		player.run(true);
		vi.advanceTimersByTime(1000);
		expect(steps).toBe(10);
		player.run(false);
		vi.advanceTimersByTime(1000);
		expect(steps).toBe(10);
	});
	it("waits for the frame", () => {
		let steps = 0;
		const player = createPlayer(
			() => {
				steps++;
				player.moved();
			},
			() => 100,
		);
		player.run(true);
		vi.advanceTimersByTime(1000);
		expect(steps).toBe(1);
		player.shown();
		expect(steps).toBe(2);
	});
	it("does not play twice as fast in two views", () => {
		let channel = 0;
		const players = [0, 1].map(() =>
			createPlayer(
				() => {
					channel++;
					for (const p of players) p.moved();
					for (const p of players) p.shown();
				},
				() => 100,
			),
		);
		for (const p of players) p.run(true);
		vi.advanceTimersByTime(1000);
		expect(channel).toBe(10);
	});
	it("ends with its view", () => {
		const player = createPlayer(
			() => {},
			() => 100,
		);
		player.run(true);
		player.dispose();
		expect(vi.getTimerCount()).toBe(0);
	});
});
