/** The keys of the picture. They end here: Jupyter would take many of them for commands of its own. */
import { make } from "./elements";

export type Action =
	| { kind: "channel"; by: number }
	| { kind: "end"; last: boolean }
	| { kind: "move"; dx: number; dy: number }
	| { kind: "pan"; dx: number; dy: number }
	| { kind: "zoom"; factor: number }
	| { kind: "fit" | "play" | "grid" | "pin" | "unpin" | "keys" };

/** Step of the zoom keys. */
const ZOOM = 1.4;

const ARROWS: Record<string, readonly [number, number]> = {
	ArrowLeft: [-1, 0],
	ArrowRight: [1, 0],
	ArrowUp: [0, 1],
	ArrowDown: [0, -1],
};

const KEYS: Record<string, Action> = {
	"]": { kind: "channel", by: 1 },
	PageUp: { kind: "channel", by: 1 },
	".": { kind: "channel", by: 1 },
	"[": { kind: "channel", by: -1 },
	PageDown: { kind: "channel", by: -1 },
	",": { kind: "channel", by: -1 },
	Home: { kind: "end", last: false },
	End: { kind: "end", last: true },
	"+": { kind: "zoom", factor: ZOOM },
	"=": { kind: "zoom", factor: ZOOM },
	"-": { kind: "zoom", factor: 1 / ZOOM },
	"0": { kind: "fit" },
	" ": { kind: "play" },
	g: { kind: "grid" },
	Enter: { kind: "pin" },
	Escape: { kind: "unpin" },
	"?": { kind: "keys" },
};

type Press = Pick<KeyboardEvent, "key" | "shiftKey" | "ctrlKey" | "metaKey" | "altKey">;

/** What a key on the picture does; null if it is not one of ours. Keys with Ctrl, Alt or Cmd stay with the page. */
export function actionOf(press: Press): Action | null {
	if (press.ctrlKey || press.metaKey || press.altKey) return null;
	if (Object.hasOwn(ARROWS, press.key)) {
		const [dx, dy] = ARROWS[press.key];
		return { kind: press.shiftKey ? "pan" : "move", dx, dy };
	}
	return Object.hasOwn(KEYS, press.key) ? KEYS[press.key] : null;
}

/** Listen to the keys of the canvas, and keep those of the whole viewer from the notebook. Returns the undoing. */
export function listenToKeys(
	root: HTMLElement,
	canvas: HTMLElement,
	act: (action: Action) => void,
): () => void {
	const abort = new AbortController();
	canvas.addEventListener(
		"keydown",
		(event) => {
			const action = actionOf(event);
			if (action === null) return;
			event.preventDefault();
			act(action);
		},
		{ signal: abort.signal },
	);
	for (const type of ["keydown", "keyup", "keypress"] as const) {
		root.addEventListener(
			type,
			(event) => {
				const chord = event.ctrlKey || event.metaKey || event.altKey;
				if (!chord && event.key !== "Tab") event.stopPropagation();
			},
			{ signal: abort.signal },
		);
	}
	return () => abort.abort();
}

const LIST: readonly (readonly [string, string])[] = [
	["drag", "move the picture"],
	["wheel", "zoom, while the picture has the focus or with Ctrl"],
	["click, Enter", "pin the pixel"],
	["Esc", "unpin"],
	["double click, 0", "whole image"],
	["[  ]", "previous, next channel (also Page Down, Page Up)"],
	["Home  End", "first, last channel"],
	["space", "play, pause"],
	["← → ↑ ↓", "step the cursor by a pixel"],
	["Shift + arrows", "move the picture"],
	["+  −", "zoom"],
	["g", "grid"],
	["?", "this list"],
];

/** The list for people. */
export function keyList(): HTMLElement {
	const list = make("dl");
	for (const [key, does] of LIST) {
		list.append(make("div", {}, make("dt", {}, key), make("dd", {}, does)));
	}
	return list;
}
