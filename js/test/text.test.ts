import { describe, expect, it } from "vitest";
import {
	angleText,
	frameName,
	numberText,
	powerText,
	shortText,
	tickTexts,
	valueText,
} from "../src/text";

describe("angles", () => {
	it.each([
		[188.736, "hours", 0.1 / 240, false, "12h34m56.6s"],
		[188.736, "hours", 0.01 / 240, false, "12h34m56.64s"],
		[359.99999999, "hours", 1 / 240, false, "00h00m00s"],
		[-15, "hours", 1 / 240, false, "23h00m00s"],
		[12.58242, "sexagesimal", 0.1 / 3600, true, "+12°34′56.7″"],
		[-0.5, "sexagesimal", 1 / 3600, true, "−00°30′00″"],
		[-1e-9, "sexagesimal", 1 / 3600, true, "+00°00′00″"],
		[59.9999999, "sexagesimal", 1 / 3600, true, "+60°00′00″"],
		[123.456, "degrees", 0.001, false, "123.456°"],
		[-0.04, "degrees", 0.1, false, "0.0°"],
		[-5.25, "degrees", 0.01, true, "−5.25°"],
	] as const)("%d as %s to %d", (degrees, kind, step, signed, text) => {
		expect(angleText(degrees, kind, step, { signed })).toBe(text);
	});

	it("leaves out fields that a coarse step makes empty", () => {
		expect(angleText(30, "hours", 15, { trim: true })).toBe("02h");
		expect(angleText(30.25, "hours", 0.25, { trim: true })).toBe("02h01m");
		expect(angleText(65.5, "sexagesimal", 0.5, { signed: true, trim: true })).toBe("+65°30′");
		expect(angleText(-65, "sexagesimal", 5, { signed: true, trim: true })).toBe("−65°");
	});

	it("says nothing of what is not a number", () => {
		expect(angleText(Number.NaN, "hours", 1)).toBe("");
	});
});

describe("numbers", () => {
	it.each([
		[0, "0"],
		[1.23456789, "1.2346"],
		[-0.001234567, "-0.0012346"],
		[123456, "123456"],
		[1.5e-7, "1.5000e-7"],
		[3e9, "3.0000e+9"],
		[Number.NaN, "blank"],
		[Number.NEGATIVE_INFINITY, "−∞"],
	])("%d", (value, text) => {
		expect(numberText(value)).toBe(text);
	});

	it("keeps the unit as it is given", () => {
		expect(valueText(1.23, "mJy/beam", 3)).toBe("1.23 mJy/beam");
		expect(valueText(1.23, "", 3)).toBe("1.23");
	});

	it("drops zeros at the end of short ones", () => {
		expect(shortText(-0.0018, 4)).toBe("-0.0018");
		expect(shortText(100, 3)).toBe("100");
		expect(shortText(1.5e-7, 3)).toBe("1.5e-7");
		expect(shortText(2e9, 3)).toBe("2e9");
	});

	it("takes a common power of ten out of ticks", () => {
		expect(tickTexts([0, 0.5, 1], 0.5)).toEqual({ texts: ["0.0", "0.5", "1.0"], exponent: 0 });
		expect(tickTexts([-2e-6, 0, 2e-6], 2e-6)).toEqual({ texts: ["−2", "0", "2"], exponent: -6 });
		expect(powerText(-6)).toBe("×10⁻⁶");
		expect(powerText(0)).toBe("");
	});
});

it("does not shout names of frames", () => {
	expect(frameName("GALACTIC")).toBe("Galactic");
	expect(frameName("J2000")).toBe("J2000");
	expect(frameName("ICRS")).toBe("ICRS");
});
