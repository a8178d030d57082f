// npm run build: bundle src/ into ../jupimage/static/. Add --dev for readable output, --watch to rebuild on change.
import * as esbuild from "esbuild";

const flags = new Set(process.argv.slice(2));
const options = {
	entryPoints: ["src/viewer.ts", "src/viewer.css"],
	outdir: "../jupimage/static",
	bundle: true,
	format: "esm",
	target: "es2022",
	charset: "utf8",
	minify: !flags.has("--dev"),
	sourcemap: flags.has("--dev") ? "inline" : false,
	logLevel: "info",
};

if (flags.has("--watch")) {
	await (await esbuild.context(options)).watch();
} else {
	await esbuild.build(options);
}
