/** The colour bar with its ticks and unit. */
import type { Bar } from "./layout";
import { usableLimits } from "./lut";
import { powerText, tickTexts } from "./text";
import type { Palette } from "./theme";
import { multiples, niceStep } from "./ticks";

export interface BarContent {
	/** 256 colours beside each other, lowest first. */
	source: HTMLCanvasElement;
	limits: readonly [number, number];
	unit: string;
}

export function drawBar(
	ctx: CanvasRenderingContext2D,
	{ rect, vertical }: Bar,
	content: BarContent,
	palette: Palette,
): void {
	const [low, high] = usableLimits(content.limits);
	const length = vertical ? rect.height : rect.width;
	const step = niceStep((Math.abs(high - low) / length) * (vertical ? 44 : 64));
	const values = multiples(Math.min(low, high), Math.max(low, high), step);
	const { texts, exponent } = tickTexts(values, step);
	const at = (v: number) => ((v - low) / (high - low)) * length;
	const unit = [powerText(exponent), content.unit].filter(Boolean).join(" ");

	ctx.save();
	ctx.imageSmoothingEnabled = false;
	if (vertical) {
		ctx.translate(rect.left, rect.top + rect.height);
		ctx.rotate(-Math.PI / 2);
	} else {
		ctx.translate(rect.left, rect.top);
	}
	// From here on x runs along the bar in both cases.
	const thickness = vertical ? rect.width : rect.height;
	ctx.drawImage(content.source, 0, 0, length, thickness);
	ctx.strokeStyle = palette.line;
	ctx.lineWidth = 1;
	ctx.beginPath();
	ctx.rect(-0.5, -0.5, length + 1, thickness + 1);
	for (const v of values) {
		const x = Math.round(at(v)) + 0.5;
		ctx.moveTo(x, vertical ? thickness : 0);
		ctx.lineTo(x, vertical ? thickness + 4 : -3);
	}
	ctx.stroke();
	ctx.restore();

	if (vertical) drawBeside(ctx, rect, values.map(at), texts, unit, palette);
	else drawAbove(ctx, rect, values.map(at), texts, unit, palette);
}

function drawBeside(
	ctx: CanvasRenderingContext2D,
	rect: Bar["rect"],
	places: number[],
	texts: string[],
	unit: string,
	palette: Palette,
): void {
	const bottom = rect.top + rect.height;
	ctx.fillStyle = palette.text;
	ctx.textAlign = "left";
	ctx.textBaseline = "middle";
	texts.forEach((text, i) => {
		ctx.fillText(text, rect.left + rect.width + 8, bottom - places[i] + 0.5);
	});
	const widest = Math.max(0, ...texts.map((text) => ctx.measureText(text).width));
	ctx.save();
	ctx.fillStyle = palette.muted;
	ctx.translate(rect.left + rect.width + 14 + widest, rect.top + rect.height / 2);
	ctx.rotate(-Math.PI / 2);
	ctx.textAlign = "center";
	ctx.textBaseline = "top";
	ctx.fillText(unit, 0, 0, rect.height);
	ctx.restore();
}

function drawAbove(
	ctx: CanvasRenderingContext2D,
	rect: Bar["rect"],
	places: number[],
	texts: string[],
	unit: string,
	palette: Palette,
): void {
	const baseline = rect.top - 5;
	ctx.textBaseline = "bottom";
	ctx.textAlign = "right";
	ctx.fillStyle = palette.muted;
	const right = rect.left + rect.width;
	ctx.fillText(unit, right, baseline);
	const free = right - ctx.measureText(unit).width - 8;
	ctx.fillStyle = palette.text;
	ctx.textAlign = "center";
	texts.forEach((text, i) => {
		const x = rect.left + places[i];
		if (x + ctx.measureText(text).width / 2 < free) ctx.fillText(text, x, baseline);
	});
}
