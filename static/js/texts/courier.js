/** Brings to the server what a tab that is gone had not sent; nothing is shown. */

import { Line } from "./line.js";
import { Sync } from "./sync.js";

const GIVES_UP = new Set(["locked", "not_allowed", "bad_operation", "too_large"]);
const SOON = 1500;

export class Courier {
  /**
   * @param {string} text
   * @param {{record: import("./queue.js").Record, kept: import("./sync.js").Kept}} orphan
   */
  constructor(text, { record, kept }) {
    this.record = record;
    this.sync = new Sync({
      version: kept.version,
      ops: kept.base,
      show: () => undefined,
      send: (frame) => this.line.send(frame),
      changed: () => this.changed(),
    });
    this.sync.restore(kept);
    this.line = new Line(text, {
      opened: () => this.line.send({ type: "join", version: this.sync.version }),
      frame: (frame) => this.take(frame),
      lost: () => this.sync.lost(),
      signedOut: () => this.line.end(),
    });
    this.line.open();
  }

  changed() {
    const isDone = !this.sync.sent && !this.sync.waiting;
    this.record.write(isDone ? null : this.sync.keep());
    if (isDone) this.line.end();
  }

  /** @param {any} frame */
  take(frame) {
    if (frame.type === "joined") this.sync.joined(frame);
    else if (frame.type === "changes") this.sync.changes(frame);
    else if (frame.type === "ack" && frame.version <= this.sync.version) this.sync.acknowledged(frame.id);
    else if (frame.type !== "error") return;
    else if (frame.code === "too_far_behind") this.line.send({ type: "join" });
    else if (GIVES_UP.has(frame.code)) this.line.end(); // the record stays: the next page shows it as its own
    else window.setTimeout(() => this.sync.sendAgain(), SOON);
  }
}
