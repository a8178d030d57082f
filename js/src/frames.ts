/** The road of the pixels: what is asked for, and which of the answers are drawn. */
import { isExact, type Picture } from "./picture";
import { type FrameHeader, readMessage } from "./protocol";
import { createRequests, type Position, samePosition } from "./requests";
import type { Model } from "./sync";

export interface FrameHandlers {
	/** Where the viewer is now. */
	position: () => Position;
	/** A frame worth drawing; may throw if it is broken. */
	show: (frame: FrameHeader, buffers: readonly DataView[]) => void;
	/** The frame of the current position cannot be shown. */
	failed: (error: string) => void;
}

export interface Frames {
	/** Ask for the current position. */
	request(moving: boolean): void;
	dispose(): void;
}

export function createFrames(model: Model, picture: Picture, handlers: FrameHandlers): Frames {
	const requests = createRequests({
		send: (message) => model.send(message),
		failed: handlers.failed,
		// Every view gets the answers to all: ids of different views must differ.
		first: Math.floor(Math.random() * 2 ** 20) * 2 ** 20,
	});
	let newest = Number.NEGATIVE_INFINITY;

	const receive = (message: unknown, buffers: DataView[] = []) => {
		const incoming = readMessage(message);
		if (incoming === null) return;
		if (incoming.kind === "failed") {
			requests.answered(incoming.id, incoming.error);
			return;
		}
		const ours = requests.answered(incoming.id);
		const glimpse = ours && incoming.id > newest;
		if (!isWanted(incoming, handlers.position(), picture.header, glimpse)) return;
		newest = incoming.id;
		try {
			handlers.show(incoming, buffers);
		} catch (error) {
			handlers.failed(error instanceof Error ? error.message : String(error));
		}
	};
	model.on("msg:custom", receive);
	model.send({ kind: "ready" });
	return {
		request: (moving) => requests.want(handlers.position(), moving),
		dispose() {
			model.off("msg:custom", receive);
			requests.dispose();
		},
	};
}

/**
 * Whether a frame is worth drawing: it is where we are and not worse than what is shown, or it is a glimpse on the way there
 * and nothing of the right place is on the screen.
 */
export function isWanted(
	frame: FrameHeader,
	now: Position,
	shown: FrameHeader | null,
	glimpse: boolean,
): boolean {
	const arrived = shown !== null && samePosition(shown, now);
	if (!samePosition(frame, now)) return glimpse && !arrived;
	return !arrived || isExact(frame) || !isExact(shown);
}
