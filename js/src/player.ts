/**
 * Runs through the channels. The next step is taken `interval` after the last change of the channel, whoever made it, and not
 * before its frame has been seen: so the player never runs ahead of the kernel, and two views of one model do not play twice as fast.
 */
export interface Player {
	/** Start or stop. */
	run(playing: boolean): void;
	/** The channel has changed. */
	moved(): void;
	/** The frame of the current channel is on the screen, or cannot come. */
	shown(): void;
	dispose(): void;
}

export function createPlayer(step: () => void, interval: () => number): Player {
	let timer: ReturnType<typeof setTimeout> | null = null;
	let running = false;
	let due = false;
	let seen = true;

	const advance = () => {
		if (!running || !due || !seen) return;
		due = false;
		seen = false;
		step();
	};
	const wind = () => {
		if (timer !== null) clearTimeout(timer);
		due = false;
		timer = setTimeout(
			() => {
				due = true;
				advance();
			},
			Math.max(10, interval()),
		);
	};
	return {
		run(playing) {
			if (playing === running) return;
			running = playing;
			if (playing) wind();
			else if (timer !== null) clearTimeout(timer);
		},
		moved() {
			seen = false;
			if (running) wind();
		},
		shown() {
			seen = true;
			advance();
		},
		dispose() {
			running = false;
			if (timer !== null) clearTimeout(timer);
		},
	};
}
