/**
 * One shared text of a page: `<div data-text="id">` as templates/coediting/_text.html draws it.
 *
 * Tells the page, as events that bubble from the element:
 * `text:state` {text, state, kept}, `text:people` {text, people}, `text:selection` {text, version, index, length},
 * `text:comment` {text, version, index, length, words}, `text:passage` {text, ids} (a click on highlights).
 * `element.sharedText` offers `highlight(passages)`, `select(index, length)`, `selection()` and `focus()`; places are
 * UTF-16 units of the server's text at `version`.
 */

import { Delta } from "quill/core";

import { say } from "../words.js";
import { inWholeCharacters, sifted } from "./formats.js";
import { Line } from "./line.js";
import * as queue from "./queue.js";
import { allow, highlight, passagesAt, sheet, shift } from "./sheet.js";
import { State } from "./state.js";
import { Sync } from "./sync.js";

const CURSOR_EVERY = 120;
const SOON = 1500;
const AGAIN = new Set(["rate_limited"]);

/** @typedef {{id: string, name: string, colour: number}} Somebody */

export class SharedText {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    this.id = root.dataset.text ?? "";
    this.mayEdit = root.hasAttribute("data-may-edit");
    this.state = new State(this);
    const content = JSON.parse(root.querySelector("script")?.textContent ?? "{}");
    this.quill = sheet(/** @type {HTMLElement} */ (root.querySelector("[data-text-words]")), this.mayEdit);
    this.sync = new Sync({
      ...content,
      show: (change, by) => this.show(change, by),
      send: (frame) => this.line.send(frame),
      changed: () => this.changed(),
    });
    this.line = new Line(this.id, {
      opened: () => this.line.send({ type: "join", version: this.sync.version }),
      frame: (frame) => this.receive(frame),
      lost: () => this.lost(),
      signedOut: () => this.signedOut(),
    });
    /** @type {queue.Record | null} */
    this.record = null;
    /** @type {any[]} */
    this.held = [];
    /** @type {Somebody[]} */
    this.people = [];
    this.cursorTimer = 0;
    this.redraw();
    this.listen();
  }

  /** @param {{record: queue.Record, kept: queue.Kept} | undefined} orphan what an earlier page left */
  async start(orphan) {
    if (orphan) {
      this.record = orphan.record;
      this.sync.restore(orphan.kept);
      this.redraw();
    } else this.record = await queue.fresh(this.id);
    this.changed();
    this.line.open();
  }

  listen() {
    const { quill } = this;
    quill.on("text-change", (change, before, source) => {
      shift(quill, change);
      if (source === "user") this.typed(change, before);
    });
    quill.on("selection-change", (range, _before, source) => {
      this.root.dispatchEvent(new CustomEvent("text:focus", { bubbles: true, detail: { text: this.id } }));
      if (!range) return;
      this.tellCursor();
      this.emit("text:selection", this.selection());
      const ids = source === "user" ? passagesAt(quill, range.index).map((one) => one.id) : [];
      if (ids.length > 0 && range.length === 0) this.emit("text:passage", { ids });
    });
    quill.root.addEventListener("compositionend", () => window.setTimeout(() => this.catchUp()));
  }

  /** @param {string} name @param {object} detail */
  emit(name, detail) {
    this.root.dispatchEvent(new CustomEvent(name, { bubbles: true, detail: { text: this.id, ...detail } }));
  }

  // --- What is written here

  /** @param {Delta} change @param {Delta} before */
  typed(change, before) {
    const clean = inWholeCharacters(sifted(change), before);
    this.sync.write(clean);
    if (JSON.stringify(clean.ops) !== JSON.stringify(change.ops)) this.redraw();
    this.tellCursor();
  }

  changed() {
    const isKept = this.sync.sent !== null || this.sync.waiting !== null;
    this.record?.write(isKept ? this.sync.keep() : null);
    this.state.update();
  }

  // --- What comes in

  /** @param {any} frame */
  receive(frame) {
    // A change in the middle of a composition (an accent, a Chinese word) would break it off.
    if (this.quill.composition.isComposing) this.held.push(frame);
    else this.take(frame);
  }

  catchUp() {
    const { held } = this;
    this.held = [];
    for (const frame of held) this.receive(frame);
  }

  /** @param {any} frame */
  take(frame) {
    switch (frame.type) {
      case "joined":
        this.joined(frame);
        break;
      case "changes":
        this.follow(frame);
        break;
      case "ack":
        if (frame.version <= this.sync.version) this.sync.acknowledged(frame.id);
        break;
      case "people":
        this.meet(frame.people);
        break;
      case "cursors":
        for (const cursor of frame.cursors) this.moveCursor(cursor);
        break;
      case "error":
        this.refused(frame);
        break;
      default:
    }
  }

  /** @param {any} frame */
  follow(frame) {
    const { kept } = this.sync;
    if (!this.sync.changes(frame)) this.line.again();
    else if (this.sync.kept < kept) this.tellCursor(); // what was only here is now where others can point at it
  }

  /** @param {any} frame */
  joined(frame) {
    this.state.found(frame);
    this.me = frame.you.id;
    this.setEditable(frame.may_edit);
    this.sync.joined(frame);
    this.meet(frame.people);
    this.tellCursor();
  }

  /** @param {boolean} mayEdit */
  setEditable(mayEdit) {
    this.mayEdit = mayEdit;
    allow(this.quill, mayEdit && !this.state.isStuck);
    this.emit("text:editable", { mayEdit: this.mayEdit });
  }

  /** @param {any} frame */
  refused(frame) {
    if (AGAIN.has(frame.code)) window.setTimeout(() => this.sync.sendAgain(), SOON);
    else if (frame.code === "too_far_behind" || (!frame.id && frame.code === "bad_operation")) {
      this.joinAgain();
    } else if (frame.id || frame.code === "locked" || frame.code === "not_allowed") {
      this.sync.lost();
      this.state.stuck(frame.code, frame.message, frame.details);
      this.setEditable(false);
    }
  }

  /** From where we are, or, when the server remembers that no more, from the whole text. */
  joinAgain() {
    const wasReady = this.sync.isReady;
    this.sync.lost();
    this.line.send(wasReady ? { type: "join", version: this.sync.version } : { type: "join" });
  }

  lost() {
    this.held = [];
    this.quill.getModule("cursors").clearCursors();
    this.state.lost();
    this.sync.lost();
  }

  signedOut() {
    this.state.signedOut();
    this.line.end();
  }

  /** @param {Delta} change @param {string} _by */
  show(change, _by) {
    if (change.ops.length > 0) this.quill.updateContents(change, "api");
    const { text } = this.sync;
    const last = text.ops.at(-1)?.insert;
    const isClosed = typeof last === "string" && last.endsWith("\n");
    if (this.quill.getLength() !== text.length() + (isClosed ? 0 : 1)) this.redraw();
  }

  /** Show the text from the start: nothing that was undone before can be undone after. */
  redraw() {
    const range = this.quill.hasFocus() ? this.quill.getSelection() : null;
    this.quill.setContents(this.sync.text, "silent");
    this.quill.history.clear();
    if (range) this.quill.setSelection(range, "silent");
  }

  /** Give up what the server did not take. */
  discard() {
    this.sync.drop();
    this.redraw();
    this.state.unstuck();
    this.line.again();
  }

  // --- Who else is here

  /** @param {Somebody[]} people */
  meet(people) {
    this.people = people.filter((somebody) => somebody.id !== this.me);
    const cursors = this.quill.getModule("cursors");
    for (const cursor of cursors.cursors()) {
      if (!this.people.some((somebody) => somebody.id === cursor.id)) cursors.removeCursor(cursor.id);
    }
    this.state.update();
    this.emit("text:people", { people: this.people });
  }

  /** @param {{by: string, index: number, length: number}} cursor */
  moveCursor({ by, index, length }) {
    const somebody = this.people.find((one) => one.id === by);
    if (!somebody) return;
    const cursors = this.quill.getModule("cursors");
    cursors.createCursor(by, somebody.name, `var(--p${somebody.colour})`);
    const start = this.sync.toShown(index);
    cursors.moveCursor(by, { index: start, length: this.sync.toShown(index + length) - start });
  }

  tellCursor() {
    if (this.cursorTimer) return;
    this.cursorTimer = window.setTimeout(() => {
      this.cursorTimer = 0;
      const place = this.selection();
      if (place && this.sync.isReady) {
        this.line.send({ type: "cursor", version: place.version, index: place.index, length: place.length });
      }
    }, CURSOR_EVERY);
  }

  // --- For the page

  /** The selection in the server's text, or null. */
  selection() {
    const range = this.quill.getSelection();
    if (!range) return null;
    const index = this.sync.toServer(range.index);
    const most = this.sync.base.length();
    const end = Math.min(most, this.sync.toServer(range.index + range.length));
    return { version: this.sync.version, index: Math.min(most, index), length: Math.max(0, end - index) };
  }

  comment() {
    const range = this.quill.getSelection();
    if (!range || range.length === 0) return;
    this.emit("text:comment", { ...this.selection(), words: this.quill.getText(range) });
  }

  /** @param {{id: string, index: number, length: number, current?: boolean}[]} passages */
  highlight(passages) {
    const shown = passages.map((one) => {
      const start = this.sync.toShown(one.index);
      return { ...one, index: start, length: this.sync.toShown(one.index + one.length) - start };
    });
    highlight(this.quill, shown);
  }

  /** @param {number} index @param {number} length */
  select(index, length) {
    const start = this.sync.toShown(index);
    this.quill.setSelection(start, this.sync.toShown(index + length) - start, "api");
    this.quill.scrollSelectionIntoView();
  }

  focus() {
    this.quill.focus();
  }

  /** What was written here and not saved, as plain words. */
  unsentWords() {
    const own = [this.sync.sent?.ops, this.sync.waiting?.ops].flatMap((ops) => ops?.ops ?? []);
    return own.map((op) => (typeof op.insert === "string" ? op.insert : "")).join("");
  }

  leave() {
    window.clearTimeout(this.cursorTimer);
    this.line.end();
  }
}
