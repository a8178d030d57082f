/** The frame that is shown: its pixels, and their colours on a canvas of its own, one canvas pixel per frame pixel. */
import { colormap } from "./colormaps";
import { colourWords } from "./lut";
import { decodePixels, type Pixels, type Sample, sampleAt } from "./pixels";
import type { FrameHeader } from "./protocol";
import { paint } from "./raster";
import type { Viewport } from "./viewport";

export interface Picture {
	readonly header: FrameHeader | null;
	readonly canvas: HTMLCanvasElement;
	readonly bar: HTMLCanvasElement;
	/** Take a frame; throws if its buffers do not fit. */
	take(header: FrameHeader, buffers: readonly DataView[]): void;
	/** Colour the frame anew. */
	paint(limits: readonly [number, number]): void;
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

	return {
		canvas,
		bar,
		get header() {
			return header;
		},
		take(next, buffers) {
			pixels = decodePixels(next, buffers);
			header = next;
		},
		paint(limits) {
			if (header === null || pixels === null || context === null) return;
			const { width, height } = header;
			if (image === null || image.width !== width || image.height !== height) {
				canvas.width = width;
				canvas.height = height;
				image = new ImageData(width, height);
			}
			paint(new Uint32Array(image.data.buffer), pixels, width, height, words, limits);
			context.putImageData(image, 0, 0);
		},
		setColormap(name) {
			words = colourWords(colormap(name));
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
