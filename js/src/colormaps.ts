/** The colour maps, from the one table that Python and TypeScript share. */
import table from "../../jupimage/display/colormaps.json";

const maps: Record<string, string> = table;
const REVERSED = "_r";

/** Names of the maps, without their reversed forms. */
export const colormapNames = (): string[] => Object.keys(maps).filter((name) => name !== "licence");

export function isColormap(name: string): boolean {
	const base = name.endsWith(REVERSED) ? name.slice(0, -REVERSED.length) : name;
	return base !== "licence" && Object.hasOwn(maps, base);
}

/** 256 colours of three bytes. A trailing `_r` reverses; an unknown name is grey. */
export function colormap(name: string): Uint8Array {
	const reversed = name.endsWith(REVERSED);
	const base = reversed ? name.slice(0, -REVERSED.length) : name;
	const colours = isColormap(base) ? decode(maps[base]) : grey();
	if (!reversed) return colours;
	const out = new Uint8Array(768);
	for (let i = 0; i < 256; i++) out.set(colours.subarray(3 * i, 3 * i + 3), 3 * (255 - i));
	return out;
}

function decode(base64: string): Uint8Array {
	const binary = atob(base64);
	return Uint8Array.from(binary, (c) => c.charCodeAt(0));
}

const grey = (): Uint8Array => Uint8Array.from({ length: 768 }, (_, i) => Math.floor(i / 3));
