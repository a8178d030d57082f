/**
 * The small lasting state: traits of the model. A change is set at once (so that linked widgets of the page move at
 * once) and saved to the kernel a little later, at most once per `pause`, so that saving never delays a frame.
 */
import type { Traits } from "./protocol";

/** What the viewer needs of an anywidget model. */
export interface Model {
	get(key: string): unknown;
	set(key: string, value: unknown): void;
	on(event: string, callback: (...args: never[]) => void): void;
	off(event: string, callback: (...args: never[]) => void): void;
	save_changes(): void;
	send(content: unknown): void;
}

export interface Sync {
	get<K extends keyof Traits>(key: K): Traits[K];
	/** Set now, save soon. Setting what is there already does nothing. */
	set<K extends keyof Traits>(key: K, value: Traits[K]): void;
	on<K extends keyof Traits>(key: K, callback: () => void): void;
	dispose(): void;
}

const same = (a: unknown, b: unknown): boolean =>
	a === b || JSON.stringify(a) === JSON.stringify(b);

/** Traits of `model`, with saves at most every `pause` milliseconds. */
export function createSync(model: Model, pause = 50): Sync {
	const disposers: (() => void)[] = [];
	// The kernel answers every save with an echo. One that arrives while a newer value waits to be saved would
	// bring the old value back, so what waits here counts until it is saved.
	const waiting = new Map<string, unknown>();
	let timer: ReturnType<typeof setTimeout> | null = null;
	const overtaken = (key: string) => waiting.has(key) && !same(model.get(key), waiting.get(key));
	const read = (key: string) => (waiting.has(key) ? waiting.get(key) : model.get(key));
	const save = () => {
		timer = null;
		for (const [key, value] of waiting) if (overtaken(key)) model.set(key, value);
		waiting.clear();
		model.save_changes();
	};
	return {
		get: <K extends keyof Traits>(key: K) => read(key) as Traits[K],
		set(key, value) {
			if (same(read(key), value)) return;
			waiting.set(key, value);
			model.set(key, value);
			// The first save waits as well: on its heels it would delay the frame that was just asked for.
			timer ??= setTimeout(save, pause);
		},
		on(key, callback) {
			const changed = () => {
				if (!overtaken(key)) callback();
			};
			model.on(`change:${key}`, changed);
			disposers.push(() => model.off(`change:${key}`, changed));
		},
		dispose() {
			for (const undo of disposers.splice(0)) undo();
			if (timer !== null) {
				clearTimeout(timer);
				save();
			}
		},
	};
}
