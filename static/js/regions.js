/** What a live region is on the page: its topics, the versions it shows, its rows, and how it is drawn anew in place. */

import htmx from "htmx.org";

import { announce } from "./announce.js";
import { say } from "./words.js";

const FLASH = 6000;
const FLASH_AGAIN = 10_000;
const OWN = 3000;
const ROWS = "tr[id], li[id], [data-row][id]";
const FIELDS = "input, textarea, select";

/** Versions that were fetched for a region though its own mark says otherwise. @type {WeakMap<Element, Map<string, string>>} */
const accepted = new WeakMap();
/** @type {Map<string, number>} */
const flashed = new Map();
let ownUntil = 0;

/** @returns {HTMLElement[]} */
export function all() {
  return /** @type {HTMLElement[]} */ ([...document.querySelectorAll("[data-live]")]);
}

/** @param {HTMLElement} region */
export function topicsOf(region) {
  return (region.dataset.live ?? "").split(/\s+/).filter(Boolean);
}

/**
 * @param {HTMLElement} region
 * @param {Map<string, string>} known
 */
export function isStale(region, known) {
  const versions = (region.dataset.liveVersion ?? "").split(/\s+/);
  return topicsOf(region).some((topic, at) => {
    const version = known.get(topic);
    return version !== undefined && version !== versions[at] && version !== accepted.get(region)?.get(topic);
  });
}

/**
 * @param {HTMLElement} region
 * @param {Map<string, string>} known what was known when the fetch began
 */
export function accept(region, known) {
  const seen = new Map();
  for (const topic of topicsOf(region)) seen.set(topic, known.get(topic));
  accepted.set(region, seen);
}

/** @param {HTMLElement} region */
export function addressOf(region) {
  return region.getAttribute("hx-get") || location.pathname + location.search;
}

/** @param {HTMLElement} region */
function selectorOf(region) {
  return region.getAttribute("hx-select") || `#${CSS.escape(region.id)}`;
}

/** What a row says, without what changes by itself. @param {Element} row */
function wording(row) {
  const copy = /** @type {Element} */ (row.cloneNode(true));
  for (const quiet of copy.querySelectorAll("time, [data-quiet]")) quiet.remove();
  return (copy.textContent ?? "").replace(/\s+/g, " ").trim();
}

/** @param {Element} region */
function wordings(region) {
  return new Map([...region.querySelectorAll(ROWS)].map((row) => [row.id, wording(row)]));
}

/** @param {Element} element */
function isOwn(element) {
  const by = element.closest("[data-by]");
  const me = document.body.dataset.person;
  return Date.now() < ownUntil || (me !== undefined && by?.getAttribute("data-by") === me);
}

/** @param {Element} element */
function flash(element) {
  const last = flashed.get(element.id) ?? 0;
  if (isOwn(element) || Date.now() - last < FLASH_AGAIN) return;
  flashed.set(element.id, Date.now());
  element.classList.add("is-updated");
  window.setTimeout(() => element.classList.remove("is-updated"), FLASH);
}

/**
 * @param {HTMLElement} region
 * @param {Map<string, string>} before
 */
function mark(region, before) {
  const rows = [...region.querySelectorAll(ROWS)];
  for (const row of rows) {
    const age = Date.now() - (flashed.get(row.id) ?? 0);
    if (before.get(row.id) !== wording(row) && !row.classList.contains("is-gone")) flash(row);
    // Morphing took the mark of a row that is still fresh.
    if (age < FLASH) row.classList.add("is-updated");
  }
}

/** A region that may no longer be seen shows nothing of what it showed. @param {HTMLElement} region */
export function gone(region) {
  const note = document.createElement("p");
  note.className = "muted";
  note.textContent = say("gone");
  region.replaceChildren(note);
  region.classList.add("is-gone");
  delete region.dataset.live;
}

/** @param {Element} row */
function goneRow(row) {
  if (row.classList.contains("is-gone")) return row.cloneNode(true);
  const copy = /** @type {HTMLElement} */ (row.cloneNode(false));
  copy.className = "is-gone";
  delete copy.dataset.href;
  const isRow = row instanceof HTMLTableRowElement;
  const cell = isRow ? document.createElement("td") : document.createElement("p");
  if (cell instanceof HTMLTableCellElement) cell.colSpan = Math.max(1, row.children.length);
  cell.textContent = say("rowGone");
  copy.append(cell);
  return copy;
}

/**
 * Keep rows where they are: the fresh rows in the old order, what is new held back, what left greyed out.
 * @param {HTMLElement} region
 * @param {Element} fresh changed in place
 * @returns {{added: number, moved: boolean}}
 */
function hold(region, fresh) {
  const oldBox = region.querySelector("[data-rows]");
  const newBox = fresh.querySelector("[data-rows]");
  if (!oldBox || !newBox) return { added: 0, moved: false };
  const oldRows = [...oldBox.children].filter((row) => row.id);
  const newRows = new Map([...newBox.children].filter((row) => row.id).map((row) => [row.id, row]));
  const oldIds = new Set(oldRows.map((row) => row.id));
  const keptNow = oldRows.filter((row) => newRows.has(row.id)).map((row) => row.id);
  const keptNext = [...newRows.keys()].filter((id) => oldIds.has(id));
  const added = newRows.size - keptNext.length;
  newBox.replaceChildren(...oldRows.map((row) => newRows.get(row.id) ?? goneRow(row)));
  return { added, moved: keptNow.join() !== keptNext.join() };
}

/**
 * @param {HTMLElement} region
 * @param {{added: number, moved: boolean}} held
 * @param {string} html the region as the server drew it
 */
function offer(region, held, html) {
  const id = `${region.id}-pending`;
  document.getElementById(id)?.remove();
  if (!held.added && !held.moved) return;
  const bar = document.createElement("div");
  bar.id = id;
  bar.className = "pending-bar";
  bar.setAttribute("role", "status");
  const words = document.createElement("span");
  const added = held.added === 1 ? say("newOne") : say("newMany", { count: held.added });
  words.textContent = [held.added ? `${added}.` : "", held.moved ? say("moved") : ""].filter(Boolean).join(" ");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "link ms-auto";
  button.textContent = say(held.moved ? "apply" : "showNew");
  button.addEventListener("click", () => {
    bar.remove();
    void replace(region, html);
  });
  bar.append(words, button);
  region.after(bar);
}

/**
 * @param {HTMLElement} region
 * @param {string} html
 */
async function replace(region, html) {
  const focused = region.contains(document.activeElement);
  const before = wordings(region);
  const cursor = region.querySelector(".is-cursor")?.id;
  const swap = "outerMorph ignoreTitle:true";
  await htmx.swap({ sourceElement: region, target: region, text: html, swap });
  if (focused && !region.contains(document.activeElement)) {
    if (!region.hasAttribute("tabindex")) region.tabIndex = -1;
    region.focus({ preventScroll: true });
  }
  if (cursor) document.getElementById(cursor)?.classList.add("is-cursor");
  mark(region, before);
}

/** What a region asks to be said aloud. @param {Element} region */
function spoken(region) {
  return [...region.querySelectorAll("[data-say]")].map((element) => wording(element)).join(" ");
}

/**
 * Draw a region anew from a page or fragment, in place.
 * @param {HTMLElement} region
 * @param {Document} page
 */
export async function draw(region, page) {
  const fresh = page.querySelector(selectorOf(region));
  if (!fresh) {
    gone(region);
    return;
  }
  const html = fresh.outerHTML;
  const said = spoken(region);
  if (region.hasAttribute("data-live-hold")) {
    const held = hold(region, fresh);
    await replace(region, fresh.outerHTML);
    offer(region, held, html);
  } else {
    await replace(region, html);
  }
  if (spoken(region) !== said) announce(spoken(region));
}

/** @param {Element} field */
function isTouched(field) {
  if (field === document.activeElement) return true;
  if (field instanceof HTMLSelectElement) return [...field.options].some((one) => one.selected !== one.defaultSelected);
  if (field instanceof HTMLTextAreaElement) return field.value !== field.defaultValue;
  if (!(field instanceof HTMLInputElement)) return false;
  if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
  return field.value !== field.defaultValue;
}

export function start() {
  // A live region names its address in hx-get; it is this module that asks, never a click.
  document.addEventListener("htmx:before:init", (event) => {
    if (event.target instanceof Element && event.target.hasAttribute("data-live")) event.preventDefault();
  });
  htmx.registerExtension("keep", {
    /** @param {Element} old */
    htmx_before_morph_node(old) {
      return !(old.matches(FIELDS) && isTouched(old)) && !old.matches("dialog[open], [popover]:popover-open");
    },
    /**
     * @param {Element} element
     * @param {{attrName: string}} detail
     */
    htmx_before_morph_attr(element, detail) {
      return !(element instanceof HTMLDetailsElement && detail.attrName === "open");
    },
  });
  document.addEventListener("htmx:after:request", (event) => {
    const { ctx } = /** @type {CustomEvent} */ (event).detail;
    if (ctx.request.method !== "GET") ownUntil = Date.now() + OWN;
  });
}
