/**
 * Lets clients of static/js/texts/sync.js write one text through a server that keeps the order, with delays, lost
 * connections, reloaded pages and repeated sendings. Arguments: how many sequences, and the first seed.
 * Writes one line of JSON: how many changes were made, and what went wrong.
 */
import Delta from "quill-delta";

import { Sync } from "../../static/js/texts/sync.js";

const WORDS = ["a", "the ", "reads", "\n", "é", "🙂", "👩‍👧", "中文", "x🙂y"];
const AUTHORS = ["ana", "ben", "ben", "cy"]; // one person in two tabs
let made = 0;
let ids = 0;
globalThis.crypto.randomUUID = () => `${String((ids += 1) * 7919 % 10007).padStart(5, "0")}-${ids}`;

/** @param {number} seed a small generator: the same numbers each time */
function dice(seed) {
  let state = seed >>> 0 || 1;
  return (/** @type {number} */ sides) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % sides;
  };
}

class Server {
  log = [];
  text = new Delta();
  lines = new Set();

  get version() {
    return this.log.length;
  }

  take(line, { id, version, ops }) {
    const known = this.log.findIndex((change) => change.id === id);
    if (known >= 0) return line.tell({ type: "ack", id, version: known + 1 });
    let mine = new Delta(ops);
    for (const other of this.log.slice(version)) {
      const isFirst = other.by < line.by || (other.by === line.by && other.id < id);
      mine = new Delta(other.ops).transform(mine, isFirst);
    }
    this.text = this.text.compose(mine);
    if (this.text.ops.some((op) => typeof op.insert !== "string" || !op.insert.isWellFormed())) {
      throw new Error("not a text");
    }
    const change = { id, by: line.by, ops: mine.ops };
    this.log.push(change);
    for (const one of this.lines) if (one.joined) one.tell({ type: "changes", version: this.version, changes: [change] });
  }

  join(line, version) {
    line.joined = true;
    const isFar = this.version - version > line.patience;
    line.tell({ type: "joined", version: this.version, you: { id: line.by }, ...(isFar && { ops: this.text.ops }) });
    const missed = this.log.slice(version);
    if (missed.length > 0 && !isFar) line.tell({ type: "changes", version: this.version, changes: missed });
  }
}

/** One tab: frames in both directions wait in queues until the dice let them through. */
class Client {
  constructor(server, by, roll, patience) {
    Object.assign(this, { server, by, roll, patience, up: [], down: [], joined: false, isOnline: false });
    this.open({ version: 0, base: [], sent: null, waiting: null });
  }

  /** @param {any} kept what a page finds when it is loaded */
  open(kept) {
    this.sync = new Sync({
      version: 0,
      ops: [],
      show: (change) => (this.shown = this.shown.compose(change)),
      send: (frame) => this.up.push(frame),
      changed: () => undefined,
    });
    this.sync.restore(structuredClone(kept));
    this.shown = closed(this.sync.text);
  }

  tell(frame) {
    this.down.push(structuredClone(frame));
  }

  connect() {
    this.isOnline = true;
    this.server.lines.add(this);
    this.up.push({ type: "join", version: this.sync.version });
  }

  disconnect() {
    this.isOnline = this.joined = false;
    this.server.lines.delete(this);
    this.up.splice(this.roll(this.up.length + 1)); // some of it arrived
    for (const frame of this.up.splice(0)) this.deliver(frame);
    this.down.length = 0;
    this.joined = false;
    this.sync.lost();
  }

  deliver(frame) {
    if (frame.type === "join") this.server.join(this, frame.version);
    else this.server.take(this, frame);
  }

  step() {
    if (this.up.length > 0 && this.roll(2)) this.deliver(this.up.shift());
    if (this.down.length > 0 && this.roll(3) > 0) this.hear(this.down.shift());
  }

  hear(frame) {
    if (frame.type === "joined") this.sync.joined(frame);
    else if (frame.type === "changes" && !this.sync.changes(frame)) throw new Error("a gap");
    else if (frame.type === "ack" && frame.version <= this.sync.version) this.sync.acknowledged(frame.id);
  }

  write() {
    const words = this.shown.ops.map((op) => op.insert).join("");
    const places = [0];
    for (const letter of words.slice(0, -1)) places.push(places.at(-1) + letter.length);
    const at = places[this.roll(places.length)];
    const end = places[Math.min(places.length - 1, places.indexOf(at) + this.roll(4))];
    const change = new Delta().retain(at);
    const kind = this.roll(4);
    if (kind === 0 && end > at) change.delete(end - at);
    else if (kind === 1 && end > at) change.retain(end - at, { bold: this.roll(2) ? true : null });
    else change.insert(WORDS[this.roll(WORDS.length)]);
    this.shown = this.shown.compose(change);
    this.sync.write(change);
    made += 1;
  }
}

/** @param {Delta} text as an editor shows it: with a line break at its end */
function closed(text) {
  const last = text.ops.at(-1)?.insert;
  return typeof last === "string" && last.endsWith("\n") ? text : text.compose(new Delta().retain(text.length()).insert("\n"));
}

/** @param {Delta} text */
function written(text) {
  return JSON.stringify(text.ops.map((op) => [op.insert, op.attributes ?? {}]));
}

function play(seed) {
  const roll = dice(seed * 2654435761);
  const server = new Server();
  const patience = roll(4) ? Infinity : 6;
  const clients = AUTHORS.slice(0, 3 + roll(2)).map((by) => new Client(server, by, roll, patience));
  for (let turn = 0; turn < 60; turn += 1) {
    const client = clients[roll(clients.length)];
    const what = roll(12);
    if (what === 0 && client.isOnline) client.disconnect();
    else if (what === 1 && client.isOnline) {
      client.disconnect();
      client.open(client.sync.keep()); // the page is loaded again
    } else if (!client.isOnline && what < 6) client.connect();
    else if (what < 8) client.write();
    for (const one of clients) one.step();
  }
  for (const client of clients) if (!client.isOnline) client.connect();
  for (let turn = 0; turn < 4000 && clients.some((one) => one.up.length + one.down.length > 0 || one.sync.kept); turn += 1) {
    for (const one of clients) one.step();
  }
  const texts = clients.map((client) => written(closed(client.sync.text)));
  const shown = clients.map((client) => written(client.shown));
  const saved = written(closed(server.text));
  const replayed = server.log.reduce((text, change) => text.compose(new Delta(change.ops)), new Delta());
  const isTwice = new Set(server.log.map((change) => change.id)).size !== server.log.length;
  const isWrong = [...texts, ...shown, written(closed(replayed))].some((text) => text !== saved);
  if (isWrong || isTwice || clients.some((client) => client.sync.kept > 0)) return { seed, texts, shown, saved };
  return null;
}

const [count, from] = process.argv.slice(2).map(Number);
const wrong = [];
for (let seed = from; seed < from + count && wrong.length < 3; seed += 1) {
  try {
    const found = play(seed);
    if (found) wrong.push(found);
  } catch (error) {
    wrong.push({ seed, error: String(error.stack) });
  }
}
process.stdout.write(JSON.stringify({ made, wrong }));
