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
	let timer: ReturnType<typeof setTimeout> | null = null;
	const save = () => {
		timer = null;
		model.save_changes();
	};
	return {
		get: <K extends keyof Traits>(key: K) => model.get(key) as Traits[K],
		set(key, value) {
			if (same(model.get(key), value)) return;
			model.set(key, value);
			// The first save waits as well: on its heels it would delay the frame that was just asked for.
			timer ??= setTimeout(save, pause);
		},
		on(key, callback) {
			model.on(`change:${key}`, callback);
			disposers.push(() => model.off(`change:${key}`, callback));
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
