/**
 * What one tab has written and the server has not taken, in the browser's own database: it outlives the tab.
 *
 * Each tab keeps a record under a key of its own and holds a lock of the same name while it lives, so that another
 * tab sees which records nobody looks after any more.
 */

import { shelf } from "../store.js";

const records = shelf("texts");

/** @typedef {import("./sync.js").Kept} Kept */

/** Hold a lock as long as the page lives. @param {string} key @returns {Promise<boolean>} whether nobody held it */
function hold(key) {
  if (!navigator.locks) return Promise.resolve(true);
  return new Promise((resolve) => {
    void navigator.locks.request(`text:${key}`, { ifAvailable: true }, (lock) => {
      resolve(lock !== null);
      return lock ? new Promise(() => {}) : undefined;
    });
  });
}

/** One record: the newest state is written; what came between two writes is skipped. */
export class Record {
  /** @param {string} key @param {boolean} isThere */
  constructor(key, isThere) {
    this.key = key;
    this.isThere = isThere;
    /** @type {Kept | null | undefined} */
    this.next = undefined;
    this.isBusy = false;
    /** @type {Promise<void>} */
    this.settled = Promise.resolve();
  }

  /** @param {Kept | null} kept nothing is left when null */
  write(kept) {
    if (!kept && !this.isThere && !this.isBusy) return;
    this.next = kept;
    if (!this.isBusy) this.settled = this.work();
  }

  async work() {
    this.isBusy = true;
    while (this.next !== undefined) {
      const kept = this.next;
      this.next = undefined;
      try {
        await (kept ? records.put(this.key, kept) : records.delete(this.key));
        this.isThere = kept !== null;
      } catch {
        // A full disk: the words stay on the page, and the next change tries again.
      }
    }
    this.isBusy = false;
  }
}

/** A record for this tab. @param {string} text */
export async function fresh(text) {
  const key = `${text}:${crypto.randomUUID()}`;
  await hold(key);
  return new Record(key, false);
}

/**
 * The records of tabs that are gone.
 *
 * @param {string} text
 * @returns {Promise<{record: Record, kept: Kept}[]>}
 */
export async function orphans(text) {
  const found = [];
  for (const [key, kept] of await records.all()) {
    if (key.startsWith(`${text}:`) && (await hold(key))) found.push({ record: new Record(key, true), kept });
  }
  return found;
}
