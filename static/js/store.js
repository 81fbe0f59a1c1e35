/**
 * What a person has written and the server has not yet: kept in this browser (IndexedDB), apart for each person,
 * and wiped when they sign out. A store that cannot be opened (a private window) lasts as long as the page.
 *
 * `const queue = shelf("capture"); await queue.put(key, value); await queue.get(key); await queue.all();`
 */

const THINGS = "things";
const PREFIX = "throughline:";
const PATIENCE = 10_000;

/** @type {Promise<IDBDatabase | null> | undefined} */
let opened;
let isWiped = false;
/** @type {Map<string, any>} */
const memory = new Map();
const channel = "BroadcastChannel" in window ? new BroadcastChannel("throughline-store") : null;

channel?.addEventListener("message", (event) => {
  if (event.data !== databaseName()) return;
  isWiped = true;
  memory.clear();
});

function databaseName() {
  return PREFIX + (document.body.dataset.person ?? "");
}

/** @returns {Promise<IDBDatabase | null>} */
function open() {
  opened ??= new Promise((resolve) => {
    try {
      const request = indexedDB.open(databaseName(), 1);
      request.onupgradeneeded = () => request.result.createObjectStore(THINGS);
      request.onsuccess = () => {
        request.result.onversionchange = () => request.result.close();
        resolve(request.result);
      };
      request.onerror = () => resolve(null);
    } catch {
      resolve(null);
    }
  });
  return opened;
}

/**
 * @param {IDBTransactionMode} mode
 * @param {(things: IDBObjectStore) => IDBRequest} work
 * @param {() => any} without what to do when there is no database
 * @returns {Promise<any>}
 */
async function run(mode, work, without) {
  const database = await open();
  if (!database) return without();
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(THINGS, mode);
    const request = work(transaction.objectStore(THINGS));
    transaction.oncomplete = () => resolve(request.result);
    transaction.onabort = () => reject(transaction.error);
  });
}

/**
 * @typedef {object} Shelf
 * @property {(key: string) => Promise<any>} get what was put there, or undefined
 * @property {(key: string, value: any) => Promise<void>} put resolves when it is on the disk
 * @property {(key: string) => Promise<void>} delete
 * @property {() => Promise<[string, any][]>} all keys and values, by key
 */

/**
 * A named part of this person's store.
 *
 * @param {string} name
 * @returns {Shelf}
 */
export function shelf(name) {
  const range = () => IDBKeyRange.bound([name], [name, []]);
  /** @param {string} key */
  const inMemory = (key) => JSON.stringify([name, key]);
  return {
    async get(key) {
      const row = await run("readonly", (things) => things.get([name, key]), () => memory.get(inMemory(key)));
      return row?.value;
    },
    async put(key, value) {
      if (isWiped) return;
      const row = { key, value };
      await run("readwrite", (things) => things.put(row, [name, key]), () => memory.set(inMemory(key), row));
    },
    async delete(key) {
      await run("readwrite", (things) => things.delete([name, key]), () => memory.delete(inMemory(key)));
    },
    async all() {
      const rows = await run("readonly", (things) => things.getAll(range()), () =>
        [...memory].filter(([key]) => JSON.parse(key)[0] === name).map(([, row]) => row),
      );
      return rows.map((/** @type {{key: string, value: any}} */ row) => [row.key, row.value]);
    },
  };
}

/** Forget everything of this person, in every tab. Nothing can be put on a shelf of this page afterwards. */
export async function wipe() {
  isWiped = true;
  memory.clear();
  channel?.postMessage(databaseName());
  await run("readwrite", (things) => things.clear(), () => undefined);
}

/** @param {SubmitEvent} event */
function onSubmit(event) {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || !form.hasAttribute("data-sign-out") || isWiped) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const { submitter } = event;
  const late = new Promise((resolve) => window.setTimeout(resolve, PATIENCE));
  void Promise.race([wipe().catch(() => undefined), late]).then(() => form.requestSubmit(submitter));
}

export function start() {
  document.addEventListener("submit", onSubmit, { capture: true });
}
