/** The frame that is shown: its pixels, and the colours of what is seen of them on a canvas of its own. */
import { colormap } from "./colormaps";
import { colourWords } from "./lut";
import { decodePixels, type Pixels, type Sample, sampleAt } from "./pixels";
import type { FrameHeader } from "./protocol";
import { paint } from "./raster";
import type { Viewport } from "./viewport";
import type { Window } from "./window";

export interface Picture {
	readonly header: FrameHeader | null;
	readonly bar: HTMLCanvasElement;
	/** Take a frame; throws if its buffers do not fit. */
	take(header: FrameHeader, buffers: readonly DataView[]): void;
	/** Colour what is seen through a window, if that has changed; the canvas has its size. */
	paint(seen: Window, limits: readonly [number, number]): HTMLCanvasElement;
	setColormap(name: string): void;
	/** What the frame says of image pixel (x, y); null off the image. */
	at(x: number, y: number): Sample | null;
	/** Edges of the frame in image pixels. */
	covers(): Viewport;
}

/** A frame is exact if every image pixel came as it is. */
export const isExact = (header: FrameHeader): boolean => header.dtype === "f4";

export function createPicture(): Picture {
	const canvas = document.createElement("canvas");
	const context = canvas.getContext("2d");
	const bar = document.createElement("canvas");
	bar.width = 256;
	bar.height = 1;
	let words = colourWords(colormap(""));
	let header: FrameHeader | null = null;
	let pixels: Pixels | null = null;
	let image: ImageData | null = null;
	let changes = 0;
	let painted = "";

	return {
		bar,
		get header() {
			return header;
		},
		take(next, buffers) {
			pixels = decodePixels(next, buffers);
			header = next;
			changes++;
		},
		paint(seen, limits) {
			const { c0, c1, r0, r1, across, down } = seen;
			const key = [changes, c0, c1, r0, r1, across, down, ...limits].join();
			if (key === painted || header === null || pixels === null || context === null) return canvas;
			if (image === null || image.width !== across || image.height !== down) {
				canvas.width = across;
				canvas.height = down;
				image = new ImageData(across, down);
			}
			paint(new Uint32Array(image.data.buffer), pixels, header, seen, words, limits);
			context.putImageData(image, 0, 0);
			painted = key;
			return canvas;
		},
		setColormap(name) {
			words = colourWords(colormap(name));
			changes++;
			const strip = new ImageData(256, 1);
			new Uint32Array(strip.data.buffer).set(words);
			bar.getContext("2d")?.putImageData(strip, 0, 0);
		},
		at(x, y) {
			if (header === null || pixels === null) return null;
			const [stepY, stepX] = header.step;
			const column = Math.floor(x / stepX);
			const row = Math.floor(y / stepY);
			if (!(column >= 0 && row >= 0 && column < header.width && row < header.height)) return null;
			const sample = sampleAt(pixels, row * header.width + column);
			const between = x % stepX !== 0 || y % stepY !== 0;
			return between ? { ...sample, exact: false } : sample;
		},
		covers() {
			const [stepY, stepX] = header?.step ?? [1, 1];
			const { width, height } = header ?? { width: 1, height: 1 };
			return { x0: -0.5, y0: -0.5, x1: width * stepX - 0.5, y1: height * stepY - 0.5 };
		},
	};
}
