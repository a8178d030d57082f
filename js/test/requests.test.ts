import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { isWanted } from "../src/frames";
import type { FrameHeader, Outgoing } from "../src/protocol";
import { createRequests, samePosition } from "../src/requests";

const at = (channel: number, ...others: number[]) => ({ channel, others });

function setUp() {
	const sent: Outgoing[] = [];
	const failures: string[] = [];
	const requests = createRequests({
		send: (message) => sent.push(message),
		failed: (error) => failures.push(error),
	});
	/** What was sent, in short: "3" quick, "3!" exact, "x3" cancelled (by channel). */
	const channels = new Map<number, string>();
	const log = () =>
		sent.map((m) => {
			if (m.kind === "request") {
				channels.set(m.id, `${m.channel}${m.exact ? "!" : ""}`);
				return channels.get(m.id);
			}
			return m.kind === "cancel" ? `x${channels.get(m.id)}` : m.kind;
		});
	return { requests, sent, failures, log };
}

beforeEach(() => {
	vi.useFakeTimers();
});
afterEach(() => {
	vi.useRealTimers();
});

describe("requests", () => {
	it("keep two in flight, and of the rest the latest", () => {
		const { requests, log } = setUp();
		for (const c of [1, 2, 3, 4, 5]) requests.want(at(c), true);
		expect(log()).toEqual(["1", "2"]);
		expect(requests.answered(1)).toBe(true);
		expect(log()).toEqual(["1", "2", "5"]);
		requests.answered(2);
		requests.answered(3);
		expect(log()).toEqual(["1", "2", "5"]);
	});
	it("ask for an exact frame once things rest", () => {
		const { requests, log } = setUp();
		requests.want(at(1), true);
		vi.advanceTimersByTime(100);
		requests.want(at(2), true);
		vi.advanceTimersByTime(149);
		expect(log()).toEqual(["1", "2"]);
		requests.answered(1);
		vi.advanceTimersByTime(1);
		expect(log()).toEqual(["1", "2", "2!"]);
	});
	it("ask at once for an exact frame if nothing moves", () => {
		const { requests, log } = setUp();
		requests.want(at(7, 1), false);
		vi.advanceTimersByTime(1000);
		expect(log()).toEqual(["7!"]);
	});
	it("do not ask again for what is on its way", () => {
		const { requests, log } = setUp();
		requests.want(at(1), false);
		requests.want(at(1), true);
		vi.advanceTimersByTime(200);
		expect(log()).toEqual(["1!"]);
	});
	it("call off an exact frame of another place", () => {
		const { requests, log } = setUp();
		requests.want(at(1), false);
		requests.want(at(2), true);
		expect(log()).toEqual(["1!", "x1!", "2"]);
		expect(requests.answered(1)).toBe(false);
	});
	it("give up after a while, say so, and go on", () => {
		const { requests, failures, log } = setUp();
		requests.want(at(1), true);
		requests.want(at(2), true);
		vi.advanceTimersByTime(30_000);
		expect(failures[0]).toContain("no answer from the kernel within 30 s");
		requests.want(at(3), false);
		expect(log().at(-1)).toBe("3!");
	});
	it("report a failure of the wanted frame only", () => {
		const { requests, failures } = setUp();
		requests.want(at(1), true);
		requests.want(at(2), true);
		requests.answered(1, "old trouble");
		requests.answered(2, "BoxError: no channel 2");
		expect(failures).toEqual(["BoxError: no channel 2"]);
	});
	it("take no answer for another view", () => {
		const { requests } = setUp();
		requests.want(at(1), true);
		expect(requests.answered(99)).toBe(false);
	});
	it("leave nothing behind", () => {
		const { requests, failures, log } = setUp();
		requests.want(at(1), true);
		requests.dispose();
		vi.advanceTimersByTime(100_000);
		expect(log()).toEqual(["1", "x1"]);
		expect(failures).toEqual([]);
		expect(vi.getTimerCount()).toBe(0);
	});
	it("tell positions apart", () => {
		expect(samePosition(at(1, 2, 3), at(1, 2, 3))).toBe(true);
		expect(samePosition(at(1, 2), at(1, 3))).toBe(false);
		expect(samePosition(at(1), at(1, 0))).toBe(false);
	});
});

describe("frames worth drawing", () => {
	const frame = (channel: number, exact: boolean) =>
		({ channel, others: [], dtype: exact ? "f4" : "u2" }) as unknown as FrameHeader;

	it.each([
		["the first one", frame(3, false), null, false, true],
		["a better one", frame(3, true), frame(3, false), false, true],
		["not a worse one of the same place", frame(3, false), frame(3, true), true, false],
		["not one of another place", frame(5, true), frame(4, true), false, false],
		["a glimpse on the way", frame(5, false), frame(4, true), true, true],
		["no glimpse after arriving", frame(5, false), frame(3, false), true, false],
	] as const)("%s", (_, next, shown, glimpse, wanted) => {
		expect(isWanted(next, at(3), shown, glimpse)).toBe(wanted);
	});
});
