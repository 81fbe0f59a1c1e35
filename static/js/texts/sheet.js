/** The sheet on which a shared text is shown and typed: Quill, with the formats of formats.js, carets and highlights. */

import Quill, { Delta } from "quill/core";
import Bold from "quill/formats/bold";
import Italic from "quill/formats/italic";
import Link from "quill/formats/link";
import List from "quill/formats/list";
import Underline from "quill/formats/underline";
import Clipboard from "quill/modules/clipboard";
import QuillCursors from "quill-cursors/core";

import { FORMATS, sifted } from "./formats.js";
import { tidied } from "./pasted.js";

const FLAG_FOR = 3000;

/** What is pasted keeps its words, and of its formats those that a text allows. */
class Pasteboard extends Clipboard {
  /** @param {string} html */
  convertHTML(html) {
    return super.convertHTML(tidied(html));
  }

  /** @param {any} content @param {any} formats */
  convert(content, formats) {
    return sifted(super.convert(content, formats));
  }
}

Link.PROTOCOL_WHITELIST = ["http", "https", "mailto"];
Quill.register(
  {
    "formats/bold": Bold,
    "formats/italic": Italic,
    "formats/underline": Underline,
    "formats/list": List,
    "formats/link": Link,
    "modules/clipboard": Pasteboard,
    "modules/cursors": QuillCursors,
  },
  true,
);

/** Tab and Escape leave the text; a hyphen or a number begins a list, a pair of brackets does not. */
const BINDINGS = {
  tab: null,
  "remove tab": null,
  indent: null,
  outdent: null,
  "indent code-block": null,
  "outdent code-block": null,
  "list autofill": { prefix: /^\s*?(\d+\.|-|\*)$/ },
  leave: {
    key: "Escape",
    /** @this {{quill: Quill}} */
    handler() {
      this.quill.blur();
      return false;
    },
  },
};

/**
 * Make an element a sheet.
 *
 * @param {HTMLElement} box
 * @param {boolean} mayEdit
 */
export function sheet(box, mayEdit) {
  box.replaceChildren();
  const quill = new Quill(box, {
    formats: Object.keys(FORMATS),
    readOnly: !mayEdit,
    modules: {
      cursors: { transformOnTextChange: true, hideDelayMs: FLAG_FOR, hideSpeedMs: 0 },
      history: { userOnly: true, delay: 1000, maxStack: 500 },
      keyboard: { bindings: BINDINGS },
    },
  });
  quill.uploader.upload = () => undefined; // pictures are no part of a text
  const { root } = quill;
  root.setAttribute("role", "textbox");
  root.setAttribute("aria-multiline", "true");
  for (const name of ["aria-label", "aria-labelledby", "aria-describedby"]) {
    const value = box.getAttribute(name);
    if (value) root.setAttribute(name, value);
    box.removeAttribute(name);
  }
  box.removeAttribute("role");
  return quill;
}

/** @param {Quill} quill @param {boolean} mayEdit */
export function allow(quill, mayEdit) {
  quill.enable(mayEdit);
  quill.root.setAttribute("aria-readonly", String(!mayEdit));
}

/** @typedef {{id: string, index: number, length: number, current?: boolean}} Passage */

const names = /** @type {const} */ (["text-passage", "text-passage-current"]);
/** @type {Map<Quill, Passage[]>} */
const drawn = new Map();

/** Colour the passages of every sheet of the page, without touching their words. */
function draw() {
  if (!("highlights" in CSS)) return;
  const ranges = names.map(() => /** @type {Range[]} */ ([]));
  for (const [quill, passages] of drawn) {
    for (const { index, length, current } of passages) {
      const [start, startAt, end, endAt] = quill.selection.rangeToNative({ index, length });
      if (!start || !end) continue;
      const range = new StaticRange({
        startContainer: start,
        startOffset: startAt,
        endContainer: end,
        endOffset: endAt,
      });
      ranges[current ? 1 : 0].push(/** @type {any} */ (range));
    }
  }
  names.forEach((name, at) => CSS.highlights.set(name, new Highlight(...ranges[at])));
}

/** @param {Quill} quill @param {Passage[]} passages */
export function highlight(quill, passages) {
  drawn.set(quill, passages.filter(({ index, length }) => length > 0 && index + length < quill.getLength() + 1));
  draw();
}

/** Have the passages follow a change of the text. @param {Quill} quill @param {Delta} change */
export function shift(quill, change) {
  const passages = drawn.get(quill);
  if (!passages?.length) return;
  for (const passage of passages) {
    const start = change.transformPosition(passage.index);
    const end = change.transformPosition(passage.index + passage.length, true);
    passage.index = start;
    passage.length = Math.max(0, end - start);
  }
  draw();
}

/** The passages at a place. @param {Quill} quill @param {number} index */
export function passagesAt(quill, index) {
  return (drawn.get(quill) ?? []).filter((one) => one.index <= index && index < one.index + one.length);
}
