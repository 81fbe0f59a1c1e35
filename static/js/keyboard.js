/** Single keys for tables: J and K move, Enter opens, / searches. A person may switch them off (WCAG 2.1.4). */

import { announce } from "./announce.js";

const TYPING = "input, textarea, select, [contenteditable], dialog[open]";

/** @returns {HTMLElement[]} */
function rows() {
  return /** @type {HTMLElement[]} */ ([...document.querySelectorAll("[data-rowkeys] tbody > tr[data-href]")]);
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
  announce(all[next].querySelector("th")?.innerText.replace(/\s+/g, " ") ?? "");
}

/** @param {KeyboardEvent} event */
function onKey(event) {
  if (event.metaKey || event.ctrlKey || event.altKey || document.body.dataset.keys === "off") return;
  if (event.target instanceof Element && event.target.closest(TYPING)) return;
  if (event.key === "j") move(1);
  else if (event.key === "k") move(-1);
  else if (event.key === "/") {
    const found = document.querySelectorAll("[data-search] input[type=search]");
    const fields = /** @type {HTMLInputElement[]} */ ([...found]);
    const field = fields.reverse().find((one) => one.offsetParent !== null);
    if (!field) return;
    event.preventDefault();
    field.focus();
  } else if (event.key === "Enter" && event.target === document.body) {
    const href = rows().find((row) => row.classList.contains("is-cursor"))?.dataset.href;
    if (href) location.assign(href);
  }
}

export function start() {
  document.addEventListener("keydown", onKey);
}
