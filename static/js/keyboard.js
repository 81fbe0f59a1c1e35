/** Single keys: J and K move, Enter opens, X selects, D adds data, / searches, ? lists them. A person may switch them off
 * (WCAG 2.1.4). Ctrl or ⌘ with K opens the command palette, which is loaded then. */

import { announce } from "./announce.js";

const TYPING = "input:not([type=checkbox]), textarea, select, [contenteditable], dialog[open]";

/** @returns {HTMLElement[]} */
function rows() {
  return /** @type {HTMLElement[]} */ ([...document.querySelectorAll("[data-rowkeys] tbody > tr[data-href]")]);
}

function current() {
  return rows().find((row) => row.classList.contains("is-cursor"));
}

/** @param {number} step */
function move(step) {
  const all = rows();
  if (all.length === 0) return;
  const now = all.findIndex((row) => row.classList.contains("is-cursor"));
  const next = Math.max(0, Math.min(all.length - 1, now < 0 ? 0 : now + step));
  all[now]?.classList.remove("is-cursor");
  all[next].classList.add("is-cursor");
  all[next].scrollIntoView({ block: "nearest" });
  announce(all[next].querySelector("th[scope=row]")?.textContent?.replace(/\s+/g, " ") ?? "");
}

function select() {
  /** @type {HTMLInputElement | null | undefined} */
  const pick = current()?.querySelector("[data-pick]");
  pick?.click();
}

/** @param {KeyboardEvent} event */
function search(event) {
  const found = document.querySelectorAll("[data-search] input[type=search]");
  const fields = /** @type {HTMLInputElement[]} */ ([...found]);
  const field = fields.reverse().find((one) => one.offsetParent !== null);
  if (!field) return;
  event.preventDefault();
  field.focus();
}

export function openKeys() {
  const dialog = document.getElementById("keys");
  if (dialog instanceof HTMLDialogElement && !dialog.open) dialog.showModal();
}

/** @type {((doors: {openKeys: () => void}) => void) | undefined} the palette, once it was loaded */
let open;

async function openPalette() {
  const address = document.body.dataset.paletteScript;
  if (!address || document.querySelector("dialog[open]:not(#palette)")) return;
  if (!open) ({ open } = await import(address));
  open?.({ openKeys });
}

/** @param {KeyboardEvent} event */
function onKey(event) {
  if ((event.metaKey || event.ctrlKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === "k") {
    if (!document.body.dataset.paletteScript) return;
    event.preventDefault();
    void openPalette();
    return;
  }
  if (event.metaKey || event.ctrlKey || event.altKey || document.body.dataset.keys === "off") return;
  if (event.target instanceof Element && event.target.closest(TYPING)) return;
  const href = current()?.dataset.href;
  if (event.key === "j") move(1);
  else if (event.key === "k") move(-1);
  else if (event.key === "x") select();
  else if (event.key === "/") search(event);
  else if (event.key === "?") openKeys();
  else if (event.key === "d" && href) location.assign(`${href}goals/#record-title`);
  else if (event.key === "Enter" && event.target === document.body && href) location.assign(href);
}

export function start() {
  document.addEventListener("keydown", onKey);
  document.addEventListener("click", (event) => {
    if (event.target instanceof Element && event.target.closest("[data-palette-open]")) void openPalette();
  });
}
