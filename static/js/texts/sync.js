/**
 * One text and the server's order of its changes, without a network or a page: at most one change is on its way, what
 * is written meanwhile is composed into the next, and what others wrote is transformed past both.
 *
 * The text as it is shown is always `base`, then `sent`, then `waiting`.
 */

import Delta from "quill-delta";

import { plain, portion } from "./formats.js";

const MOST_IN_A_FRAME = 12_000;

/** @typedef {{id: string, ops: Delta, count: number}} Sent */
/** @typedef {{ops: Delta, count: number}} Waiting */
/** @typedef {{version: number, base: any[], sent: any, waiting: any}} Kept what outlives the page */
/** @typedef {{id: string, by: string, ops: any[]}} Change */

/** @param {Delta} text */
function isClosed(text) {
  const last = text.ops.at(-1)?.insert;
  return typeof last === "string" && last.endsWith("\n");
}

export class Sync {
  /**
   * @param {object} told
   * @param {number} told.version
   * @param {any[]} told.ops the text at that version
   * @param {(change: Delta, by: string) => void} told.show somebody else's change, as it must be done to what is shown
   * @param {(frame: object) => void} told.send
   * @param {() => void} told.changed something was written, sent or acknowledged
   */
  constructor({ version, ops, show, send, changed }) {
    this.version = version;
    this.base = new Delta(ops);
    /** @type {Sent | null} */
    this.sent = null;
    /** @type {Waiting | null} */
    this.waiting = null;
    this.me = "";
    this.isReady = false;
    this.hasClosed = false; // one's own unacknowledged change brings the line break that ends a text
    this.target = version;
    this.show = show;
    this.send = send;
    this.changed = changed;
  }

  /** How many of one's own changes the server has not acknowledged. */
  get kept() {
    return (this.sent?.count ?? 0) + (this.waiting?.count ?? 0);
  }

  /** The text as it is shown. */
  get text() {
    let text = this.base;
    if (this.sent) text = text.compose(this.sent.ops);
    if (this.waiting) text = text.compose(this.waiting.ops);
    return text;
  }

  /** @returns {Kept} */
  keep() {
    const sent = this.sent && { ...this.sent, ops: this.sent.ops.ops };
    const waiting = this.waiting && { ...this.waiting, ops: this.waiting.ops.ops };
    return { version: this.version, base: this.base.ops, sent, waiting };
  }

  /** @param {Kept} kept go on where an earlier page stopped */
  restore(kept) {
    this.version = kept.version;
    this.target = kept.version;
    this.base = new Delta(kept.base);
    this.sent = kept.sent && { ...kept.sent, ops: new Delta(kept.sent.ops) };
    this.waiting = kept.waiting && { ...kept.waiting, ops: new Delta(kept.waiting.ops) };
  }

  /** @param {Delta} change one's own, already shown */
  write(change) {
    const { text } = this;
    const isFirst = !isClosed(text);
    const whole = isFirst ? new Delta().retain(text.length()).insert("\n").compose(change) : change;
    const { ops, count } = this.waiting ?? { ops: new Delta(), count: 0 };
    this.waiting = { ops: ops.compose(whole), count: count + 1 };
    this.hasClosed ||= isFirst;
    this.flush();
    this.changed();
  }

  /**
   * Have a change of the text shown. What is shown ends with a line break even where the text does not yet.
   *
   * @param {Delta} change
   * @param {string} by
   * @param {boolean} wasClosed
   */
  tell(change, by, wasClosed) {
    const { text } = this;
    const end = new Delta().retain(text.length());
    if (wasClosed === isClosed(text)) this.show(change, by);
    else this.show(change.compose(wasClosed ? end.insert("\n") : end.delete(1)), by);
  }

  /** Send the next change, if nothing is on its way. */
  flush() {
    if (!this.isReady || this.sent || !this.waiting) return;
    const { ops, count } = this.waiting;
    this.waiting = null;
    if (ops.ops.length === 0) return; // written and taken back
    const [first, rest] = portion(ops, MOST_IN_A_FRAME);
    if (rest) this.waiting = { ops: rest, count };
    this.sent = { id: crypto.randomUUID(), ops: first, count: rest ? 0 : count };
    this.sendAgain();
  }

  sendAgain() {
    if (!this.sent || !this.isReady) return;
    this.send({ type: "change", id: this.sent.id, version: this.version, ops: this.sent.ops.ops });
  }

  lost() {
    this.isReady = false;
    this.changed();
  }

  /** @param {{version: number, ops?: any[], you: {id: string}}} frame */
  joined(frame) {
    this.me = frame.you.id;
    this.target = frame.version;
    if (frame.ops) {
      const missed = this.base.diff(new Delta(frame.ops));
      this.take({ id: "", by: "", ops: missed.ops });
      this.version = frame.version;
    }
    this.caughtUp();
    this.changed();
  }

  caughtUp() {
    if (this.isReady || this.version < this.target) return;
    this.isReady = true;
    if (this.sent) this.sendAgain();
    else this.flush();
  }

  /**
   * @param {{version: number, changes: Change[]}} frame
   * @returns {boolean} whether nothing is missing between
   */
  changes({ version, changes }) {
    const first = version - changes.length + 1;
    if (first > this.version + 1) return false;
    changes.forEach((change, at) => {
      if (first + at > this.version) this.take(change);
    });
    this.caughtUp();
    this.flush();
    this.changed();
    return true;
  }

  /** @param {Change} change */
  take(change) {
    const wasClosed = isClosed(this.text);
    const wasBaseClosed = isClosed(this.base);
    let ops = new Delta(change.ops);
    this.version += 1;
    this.base = this.base.compose(ops);
    if (this.sent?.id === change.id) {
      this.sent = null;
      this.hasClosed &&= !isClosed(this.base);
      return;
    }
    if (this.sent) {
      const isFirst = this.comesFirst(change, this.sent.id);
      const mine = this.sent.ops;
      this.sent.ops = ops.transform(mine, isFirst);
      ops = mine.transform(ops, !isFirst);
    }
    if (this.waiting) {
      const isFirst = this.comesFirst(change, "");
      const mine = this.waiting.ops;
      this.waiting.ops = ops.transform(mine, isFirst);
      ops = mine.transform(ops, !isFirst);
    }
    this.tell(ops, change.by, wasClosed);
    if (this.hasClosed && !wasBaseClosed && isClosed(this.base)) this.openAgain();
  }

  /** Two wrote the first words at once, and each ended the text with a line break: ours is one too many. */
  openAgain() {
    this.hasClosed = false;
    const { text } = this;
    if (!plain(text).endsWith("\n\n")) return;
    const spare = new Delta().retain(text.length() - 1).delete(1);
    const { ops, count } = this.waiting ?? { ops: new Delta(), count: 0 };
    this.waiting = { ops: ops.compose(spare), count };
    this.show(spare, "");
  }

  /**
   * Whose words stand first where two write at one place: the lower author's, then the lower change's.
   *
   * @param {Change} change
   * @param {string} mine
   */
  comesFirst(change, mine) {
    return change.by === this.me ? mine === "" || change.id < mine : change.by < this.me;
  }

  /** The server knew this change already, from before we knew the text: it is in `base`. @param {string} id */
  acknowledged(id) {
    if (this.sent?.id !== id) return;
    const undone = this.sent.ops.invert(this.base);
    const shown = this.text;
    this.sent = null;
    if (this.waiting) this.waiting.ops = undone.transform(this.waiting.ops, true);
    this.tell(shown.diff(this.text), "", isClosed(shown));
    this.flush();
    this.changed();
  }

  /** Give up what the server did not take; the text is the saved one again. */
  drop() {
    const shown = this.text;
    this.sent = null;
    this.waiting = null;
    this.tell(shown.diff(this.base), "", isClosed(shown));
    this.changed();
  }

  /** Where a place of the shown text is in the server's. @param {number} index */
  toServer(index) {
    let at = index;
    const middle = this.sent ? this.base.compose(this.sent.ops) : this.base;
    if (this.waiting) at = this.waiting.ops.invert(middle).transformPosition(at);
    if (this.sent) at = this.sent.ops.invert(this.base).transformPosition(at);
    return at;
  }

  /** Where a place of the server's text is in the shown one. @param {number} index */
  toShown(index) {
    let at = index;
    if (this.sent) at = this.sent.ops.transformPosition(at);
    if (this.waiting) at = this.waiting.ops.transformPosition(at);
    return at;
  }
}
