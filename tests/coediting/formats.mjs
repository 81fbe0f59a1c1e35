/** Says what the browser makes of changes: reads one JSON list of operations a line, writes the sifted one. */
import { createInterface } from "node:readline";

import Delta from "quill-delta";

import { BLOCK_FORMATS, FORMATS, sifted } from "../../static/js/texts/formats.js";

process.stdout.write(`${JSON.stringify([Object.keys(FORMATS), [...BLOCK_FORMATS]])}\n`);
for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(sifted(new Delta(JSON.parse(line))).ops)}\n`);
}
