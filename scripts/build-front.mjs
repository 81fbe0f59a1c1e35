/**
 * Builds static/dist from static/css, static/js and the packages of package-lock.json:
 * one stylesheet, one script, the theme script, fonts and the icons that templates inline.
 * Fails when a file outgrows its budget (gzip), because every page pays for it.
 */
import { execFile } from "node:child_process";
import { cp, mkdir, readFile, readdir, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";

import { build } from "esbuild";

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");
const MODULES = path.join(ROOT, "node_modules");
const DIST = path.join(ROOT, "static", "dist");
const NEXT = path.join(ROOT, ".local", "front.next");
const KIB = 1024;
const BUDGETS = {
  "app.css": 24 * KIB,
  "app.js": 24 * KIB,
  "theme.js": KIB,
  "palette.js": 2 * KIB,
  "history.js": 2 * KIB,
  "signature.js": 2 * KIB,
  "texts.css": 4 * KIB,
  "iep.js": 3 * KIB,
  "texts.js": 76 * KIB,
  "capture.js": 16 * KIB,
  "capture.css": 4 * KIB,
  "leave.js": 4 * KIB,
  "quick.js": KIB,
};
const FONTS = {
  "@fontsource-variable/hanken-grotesk": "hanken-grotesk",
  "@fontsource-variable/atkinson-hyperlegible-next": "atkinson-hyperlegible-next",
};

const CUTS = ["400Regular", "700Bold"];
const ITALICS = ["400Regular_Italic", "700Bold_Italic"];
/** Fonts of documents, by folder. Each is read when a document first needs its letters. */
const PRINTED = {
  "noto-sans": "",
  "noto-sans-arabic": "",
  "noto-sans-devanagari": "",
  "noto-sans-hebrew": "",
  "noto-sans-jp": "ja",
  "noto-sans-kr": "ko",
  "noto-sans-sc": "zh",
};

const run = promisify(execFile);

async function styles() {
  const cli = path.join(MODULES, "@tailwindcss", "cli", "dist", "index.mjs");
  const source = path.join(ROOT, "static", "css", "app.css");
  await run(process.execPath, [cli, "--input", source, "--output", path.join(NEXT, "app.css"), "--minify"], {
    cwd: ROOT,
  });
}

async function scripts() {
  await build({
    absWorkingDir: ROOT,
    // Shared texts bring an editor: only their pages load it.
    entryPoints: [
      { in: "static/js/app.js", out: "app" },
      { in: "static/js/theme.js", out: "theme" },
      { in: "static/js/texts/index.js", out: "texts" },
      { in: "static/js/texts/history.js", out: "history" },
      { in: "static/js/iep.js", out: "iep" },
      { in: "static/css/texts.css", out: "texts" },
      { in: "static/js/capture.js", out: "capture" },
      { in: "static/css/capture.css", out: "capture" },
      { in: "static/js/quick.js", out: "quick" },
      { in: "static/js/capture/worker.js", out: "capture-worker" },
    ],
    outdir: NEXT,
    bundle: true,
    minify: true,
    format: "iife",
    target: ["es2022"],
    legalComments: "none",
    logLevel: "warning",
  });
  // Loaded when it is first asked for, so that no page pays for it.
  await build({
    absWorkingDir: ROOT,
    entryPoints: {
      palette: "static/js/palette.js",
      leave: "static/js/leave.js",
      signature: "static/js/signature.js",
    },
    outdir: NEXT,
    bundle: true,
    minify: true,
    format: "esm",
    target: ["es2022"],
    legalComments: "none",
    logLevel: "warning",
  });
}

async function fonts() {
  const folder = path.join(NEXT, "fonts");
  await mkdir(folder, { recursive: true });
  for (const [source, family] of Object.entries(FONTS)) {
    for (const subset of ["latin", "latin-ext"]) {
      const file = `${family}-${subset}-wght-normal.woff2`;
      await cp(path.join(MODULES, source, "files", file), path.join(folder, file));
    }
    await cp(path.join(MODULES, source, "LICENSE"), path.join(folder, `${family}-LICENSE.txt`));
  }
}

/** Whole fonts for PDF documents: typst reads no woff2. */
async function printed() {
  const folder = path.join(NEXT, "fonts-pdf");
  for (const [family, place] of Object.entries(PRINTED)) {
    const source = path.join(MODULES, "@expo-google-fonts", family);
    const target = path.join(folder, place);
    await mkdir(target, { recursive: true });
    for (const cut of family === "noto-sans" ? [...CUTS, ...ITALICS] : CUTS) {
      const [file] = (await readdir(path.join(source, cut))).filter((name) => name.endsWith(".ttf"));
      await cp(path.join(source, cut, file), path.join(target, file));
    }
    await cp(path.join(source, "LICENSE_FONT"), path.join(folder, `${family}-LICENSE.txt`));
  }
}

/** The drawing inside each icon, without its svg element: the template tag writes that. */
async function icons() {
  const folder = path.join(MODULES, "lucide-static", "icons");
  const files = (await readdir(folder)).filter((file) => file.endsWith(".svg")).sort();
  const drawings = await Promise.all(
    files.map(async (file) => {
      const svg = await readFile(path.join(folder, file), "utf8");
      const inner = svg.slice(svg.indexOf(">", svg.indexOf("<svg")) + 1, svg.lastIndexOf("</svg>"));
      return [file.slice(0, -".svg".length), inner.replace(/\s*\n\s*/g, "").replaceAll(" />", "/>")];
    }),
  );
  await writeFile(path.join(NEXT, "icons.json"), JSON.stringify(Object.fromEntries(drawings)));
}

async function images() {
  await cp(path.join(ROOT, "static", "images"), path.join(NEXT, "images"), { recursive: true });
}

async function weigh() {
  const lines = [];
  let heavy = false;
  for (const [file, budget] of Object.entries(BUDGETS)) {
    const size = gzipSync(await readFile(path.join(NEXT, file)), { level: 9 }).length;
    const over = size > budget;
    heavy ||= over;
    lines.push(
      `${file.padEnd(10)} ${(size / KIB).toFixed(1)} of ${(budget / KIB).toFixed(0)} KiB gzip${over ? "  TOO HEAVY" : ""}`,
    );
  }
  process.stdout.write(`${lines.join("\n")}\n`);
  if (heavy) throw new Error("A file is over its budget: see the lines above.");
}

async function main() {
  await rm(NEXT, { recursive: true, force: true });
  await mkdir(NEXT, { recursive: true });
  await Promise.all([styles(), scripts(), fonts(), printed(), icons(), images()]);
  await weigh();
  await rm(DIST, { recursive: true, force: true });
  await rename(NEXT, DIST);
}

try {
  await main();
} catch (error) {
  await rm(NEXT, { recursive: true, force: true });
  process.stderr.write(`${error.stderr || error.message}\n`);
  process.exitCode = 1;
}
