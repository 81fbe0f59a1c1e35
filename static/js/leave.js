/** Loaded where somebody signs out, or where another person than before is signed in: nothing of a record stays readable. */

import { h } from "./capture/dom.js";
import { flush } from "./capture/send.js";
import * as shelf from "./capture/shelf.js";
import { say } from "./words.js";

const PATIENCE = 8000;

/** Take the keys, and everything that was only read, away from everybody but one. @param {string} [but] */
export async function lock(but = "") {
  await shelf.lock(but);
  for (const name of await globalThis.caches.keys()) if (name.startsWith("capture-")) await caches.delete(name);
}

async function forgetWorkers() {
  for (const one of (await navigator.serviceWorker?.getRegistrations()) ?? []) {
    if (new URL(one.scope).pathname.endsWith("/capture/")) await one.unregister();
  }
}

/**
 * Before signing out: send what waits, or ask. Answers whether to go on, and whether anything sealed stays.
 * @param {string} person
 * @returns {Promise<{goes: boolean, keeps: boolean}>}
 */
export async function leave(person) {
  const base = shelf.home();
  let own = await shelf.waiting(person);
  if (own && base) {
    const doors = { hello: `${base}hello/`, save: `${base}save/`, person };
    const late = new Promise((resolve) => window.setTimeout(resolve, PATIENCE));
    await Promise.race([flush(doors).catch(() => undefined), late]);
    own = await shelf.waiting(person);
  }
  if (own && !(await confirmed(own, base))) return { goes: false, keeps: true };
  const others = await shelf.sealed();
  await lock();
  await forgetWorkers();
  return { goes: true, keeps: own + others > 0 };
}

/** @param {number} count @param {string} address @returns {Promise<boolean>} */
function confirmed(count, address) {
  return new Promise((resolve) => {
    const dialog = /** @type {HTMLDialogElement} */ (h("dialog", { class: "modal-box confirm-leave", "aria-labelledby": "leave-title" }));
    const end = (/** @type {boolean} */ yes) => {
      dialog.close();
      dialog.remove();
      resolve(yes);
    };
    dialog.append(
      h("h2", { id: "leave-title", class: "sec-title mb-2" }, say("leaveTitle", { count })),
      h("p", { class: "mb-4" }, say("leaveWords")),
      h(
        "div",
        { class: "flex flex-wrap gap-2" },
        h("a", { class: "btn btn-primary", href: address }, say("leaveReview")),
        h("button", { type: "button", class: "btn", onclick: () => end(true) }, say("leaveSealed")),
        h("button", { type: "button", class: "btn btn-quiet", onclick: () => end(false) }, say("leaveStay")),
      ),
    );
    dialog.addEventListener("cancel", () => end(false));
    document.body.append(dialog);
    dialog.showModal();
  });
}
