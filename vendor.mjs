/**
 * Bundle the npm packages that the page uses into static/vendor/: one module for each file of static/vendor-src/, their
 * shared code once in chunks/, the mathematics font, and the licences of everything that went in. Then make a compact
 * copy of each of the page's own modules, without comments; with `--own` that alone.
 */
import { createHash } from "node:crypto";
import { build, transform } from "esbuild";
import { copyFile, mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { dirname, join, sep } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(fileURLToPath(import.meta.url));
const source = join(root, "static", "vendor-src");
const output = join(root, "static", "vendor");
const FONT = "@fontsource/stix-two-math";
const FONT_FACE = `@font-face {
  font-family: "STIX Two Math";
  src: url("./fonts/stix-two-math.woff2") format("woff2");
  font-display: swap;
}`;

/** Bundle every entry module and return the paths of all files that were read. */
async function bundleModules() {
  const entries = (await readdir(source)).filter((name) => name.endsWith(".js")).map((name) => join(source, name));
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: entries,
    outdir: output,
    chunkNames: "chunks/[hash]",
    bundle: true,
    splitting: true,
    format: "esm",
    target: "es2022",
    minify: true,
    legalComments: "none",
    charset: "utf8",
    tsconfigRaw: {},
    metafile: true,
    logLevel: "warning",
  });
  return Object.keys(metafile.inputs);
}

/** Copy the font and the style sheet of Temml, with our own font face: theirs asks for a file that no package carries. */
async function copyMathematics() {
  const font = join(root, "node_modules", FONT, "files", "stix-two-math-latin-400-normal.woff2");
  await mkdir(join(output, "fonts"), { recursive: true });
  await copyFile(font, join(output, "fonts", "stix-two-math.woff2"));
  const theirs = await readFile(join(root, "node_modules", "temml", "dist", "Temml-STIX2.css"), "utf8");
  const rules = theirs.replace(/@font-face\s*{[^}]*}\s*/, "").replace("font-family: STIX2,", 'font-family: "STIX Two Math",');
  if (rules.includes("STIX2,") || rules.includes("@font-face")) throw new Error("Temml's style sheet has changed its form");
  await writeFile(join(output, "fonts.css"), `${FONT_FACE}\n`);
  await writeFile(join(output, "temml.css"), rules);
}

/** The npm package that a file under node_modules/ belongs to, or null. */
function packageOf(path) {
  const match = path.match(/^node_modules\/((?:@[^/]+\/)?[^/]+)\//);
  return match ? match[1] : null;
}

/** @param {string} name */
async function readLicence(name) {
  const folder = join(root, "node_modules", name);
  const { version, license } = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
  const file = (await readdir(folder)).find((entry) => /^licen[cs]e/i.test(entry));
  const text = file ? await readFile(join(folder, file), "utf8") : "";
  return `${name} ${version} (${license})\n\n${text.trim()}\n`;
}

/** Write one file with the licence text of every package whose code or font is in the bundle. */
async function writeLicences(inputs) {
  const names = new Set(inputs.map(packageOf).filter((name) => name !== null));
  const texts = await Promise.all([...names, FONT].sort().map(readLicence));
  await writeFile(join(output, "LICENSES.txt"), texts.join(`\n${"-".repeat(80)}\n\n`));
}

/** Write the compact copies, and a list of which text each is a copy of: the server uses a copy of that text only. */
async function compactOwn() {
  const own = join(root, "static", "js");
  await rm(join(output, "compact"), { recursive: true, force: true });
  const names = (await readdir(own, { recursive: true })).filter((name) => name.endsWith(".js")).sort();
  const copies = await Promise.all(names.map((name) => compactOne(own, name)));
  await writeFile(join(output, "compact.json"), JSON.stringify(Object.fromEntries(copies), null, 1));
}

/** @returns {Promise<[string, string]>} the address below static/ and the hash of the text */
async function compactOne(own, name) {
  const text = await readFile(join(own, name));
  const { code } = await transform(text, { minify: true, format: "esm", target: "es2022", charset: "utf8" });
  const copy = join(output, "compact", "js", name);
  await mkdir(dirname(copy), { recursive: true });
  await writeFile(copy, code);
  return [["js", ...name.split(sep)].join("/"), createHash("sha256").update(text).digest("hex")];
}

if (!process.argv.includes("--own")) {
  await rm(output, { recursive: true, force: true });
  const inputs = await bundleModules();
  await copyMathematics();
  await writeLicences(inputs);
}
await compactOwn();
