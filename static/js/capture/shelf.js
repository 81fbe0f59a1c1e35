/**
 * What a device keeps for one person: unsent scores, the session being worked on, and what it needs to open again without
 * a network. Everything is sealed (AES-256-GCM) with a key that the server gives to that person only. Signing out
 * destroys the key and what was only read; unsent scores stay, unreadable for everybody else, until that person comes
 * back. Where a browser offers no cryptography (a page that is not served safely) nothing is kept beyond the page.
 */

const NAME = "throughline-capture";
const COUNT = "capture-waiting:";
const OWNER = "capture-person";
const HOME = "capture-home";
export const UNSENT = new Set(["entry", "draft"]);

/** @typedef {{id: string, person: string, kind: string, key: string, iv: Uint8Array<ArrayBuffer>, sealed: ArrayBuffer, full: boolean}} Row */
/** @typedef {{person: string, id: string, key: CryptoKey, until: number}} Kept */

/** @type {IDBDatabase | null} */
let database = null;
/** @type {Map<string, any>} */
const memory = new Map();

export const isSafe = () => globalThis.isSecureContext && "indexedDB" in globalThis && crypto.subtle !== undefined;

/**
 * @template T
 * @param {IDBRequest<T>} request
 * @returns {Promise<T>}
 */
function done(request) {
  return new Promise((resolve, reject) => {
    request.addEventListener("success", () => resolve(request.result));
    request.addEventListener("error", () => reject(request.error));
  });
}

async function open() {
  if (database) return database;
  const request = indexedDB.open(NAME, 1);
  request.addEventListener("upgradeneeded", () => {
    request.result.createObjectStore("keys", { keyPath: ["person", "id"] });
    request.result.createObjectStore("rows", { keyPath: "id" }).createIndex("person", "person");
  });
  const opened = await done(request);
  opened.addEventListener("close", () => (database = null));
  opened.addEventListener("versionchange", () => {
    opened.close();
    database = null;
  });
  database = opened;
  return opened;
}

/**
 * @param {string} name
 * @param {IDBTransactionMode} [mode]
 */
async function store(name, mode = "readonly") {
  return (await open()).transaction(name, mode).objectStore(name);
}

/** @param {string} text */
function bytes(text) {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}

/** Where this device captured last: the address of the pages, for a page that is of no district. */
export function home() {
  return localStorage.getItem(HOME) ?? "";
}

/**
 * Take over the keys of a person, newest first, for so many milliseconds.
 * @param {string} address of the capture pages
 * @param {string} person
 * @param {{id: string, key: string}[]} keys
 * @param {number} until milliseconds since 1970
 */
export async function unlock(address, person, keys, until) {
  localStorage.setItem(HOME, address);
  localStorage.setItem(OWNER, person);
  if (!isSafe()) return;
  const made = await Promise.all(
    keys.map(async ({ id, key }, at) => {
      const usages = /** @type {KeyUsage[]} */ (at === 0 ? ["encrypt", "decrypt"] : ["decrypt"]);
      return { person, id, at, until, key: await crypto.subtle.importKey("raw", bytes(key), "AES-GCM", false, usages) };
    }),
  );
  const keep = await store("keys", "readwrite");
  await Promise.all(made.map((one) => done(keep.put(one))));
}

/** @param {string} person @returns {Promise<(Kept & {at: number})[]>} */
async function keysOf(person) {
  const all = await done((await store("keys")).getAll());
  return all.filter((one) => one.person === person && one.until > Date.now()).sort((a, b) => a.at - b.at);
}

/** Whether this device can still read what it keeps for a person. @param {string} person */
export async function isOpenFor(person) {
  if (!isSafe()) return memory.size > 0;
  return (await keysOf(person)).length > 0;
}

/** @typedef {{kind: string, id: string, value: any, isFull?: boolean}} Thing `isFull`: somebody would miss it */

/**
 * Write several things down, all of them or none.
 * @param {string} person
 * @param {Thing[]} things
 */
export async function putAll(person, things) {
  if (!isSafe()) {
    for (const { kind, id, value, isFull = true } of things) memory.set(`${person}:${kind}:${id}`, { kind, id, value, isFull });
    return;
  }
  const [newest] = await keysOf(person);
  if (!newest) throw new Error("locked");
  const rows = await Promise.all(things.map((thing) => row(person, newest, thing)));
  const keep = await store("rows", "readwrite");
  await Promise.all(rows.map((one) => done(keep.put(one))));
  await count(person);
}

/** @param {string} person @param {Kept} newest @param {Thing} thing */
async function row(person, newest, { kind, id, value, isFull = true }) {
  const name = `${person}:${kind}:${id}`;
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const plain = new TextEncoder().encode(JSON.stringify(value));
  const place = new TextEncoder().encode(name);
  const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: place }, newest.key, plain);
  return { id: name, person, kind, key: newest.id, iv, sealed, full: isFull };
}

/**
 * @param {string} person
 * @param {string} kind
 * @param {string} id
 * @param {any} value
 * @param {boolean} [isFull]
 */
export async function put(person, kind, id, value, isFull = true) {
  await putAll(person, [{ kind, id, value, isFull }]);
}

/**
 * @param {string} person
 * @param {string} kind
 * @param {string} id
 */
export async function take(person, kind, id) {
  const name = `${person}:${kind}:${id}`;
  if (!isSafe()) return memory.get(name)?.value ?? null;
  const row = await done((await store("rows")).get(name));
  return row ? unseal(row, await keysOf(person)) : null;
}

/**
 * Everything of a kind, in the order of ids. What no key opens is left where it is.
 * @param {string} person
 * @param {string} kind
 * @returns {Promise<any[]>}
 */
export async function all(person, kind) {
  if (!isSafe()) return [...memory.values()].filter((one) => one.kind === kind).map((one) => one.value);
  const keys = await keysOf(person);
  const rows = (await rowsOf(person)).filter((row) => row.kind === kind);
  const found = await Promise.all(rows.map((row) => unseal(row, keys)));
  return found.filter((one) => one !== null);
}

/** @param {string} person @returns {Promise<Row[]>} */
async function rowsOf(person) {
  return done((await store("rows")).index("person").getAll(person));
}

/**
 * @param {Row} row
 * @param {Kept[]} keys
 */
async function unseal(row, keys) {
  const kept = keys.find((one) => one.id === row.key);
  if (!kept) return null;
  try {
    const place = new TextEncoder().encode(row.id);
    const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv: row.iv, additionalData: place }, kept.key, row.sealed);
    return JSON.parse(new TextDecoder().decode(plain));
  } catch {
    return null;
  }
}

/**
 * @param {string} person
 * @param {string} kind
 * @param {string} id
 */
export async function drop(person, kind, id) {
  const name = `${person}:${kind}:${id}`;
  memory.delete(name);
  if (!isSafe()) return;
  await done((await store("rows", "readwrite")).delete(name));
  await count(person);
}

/** How many unsent scores and unfinished sessions are kept for a person, readable or not. @param {string} person */
export async function waiting(person) {
  if (!isSafe()) return [...memory.values()].filter((one) => UNSENT.has(one.kind) && one.isFull).length;
  return (await rowsOf(person)).filter((row) => UNSENT.has(row.kind) && row.full).length;
}

/** How many unsent rows of anybody are sealed on this device. */
export async function sealed() {
  if (!isSafe()) return 0;
  const rows = /** @type {Row[]} */ (await done((await store("rows")).getAll()));
  return rows.filter((row) => UNSENT.has(row.kind) && row.full).length;
}

/** Pages without this module read the number here. @param {string} person */
async function count(person) {
  const found = await waiting(person);
  if (found) localStorage.setItem(COUNT + person, String(found));
  else localStorage.removeItem(COUNT + person);
}

/** Destroy every key and everything but unsent scores: of everybody, or of all but one person. @param {string} [but] */
export async function lock(but = "") {
  memory.clear();
  if (localStorage.getItem(OWNER) !== but) localStorage.removeItem(OWNER);
  if (!isSafe()) return;
  const keys = await store("keys", "readwrite");
  for (const one of await done(keys.getAll())) {
    if (one.person !== but) await done((await store("keys", "readwrite")).delete([one.person, one.id]));
  }
  const rows = await done((await store("rows")).getAll());
  for (const row of rows) {
    if (row.person !== but && !UNSENT.has(row.kind)) await done((await store("rows", "readwrite")).delete(row.id));
  }
}
