/** The page of an IEP: forms in place, comments at their passages, where to jump, what is saved, how it reads. */

import { guard } from "./iep/lock.js";
import { Preview } from "./iep/preview.js";
import { gradeOf } from "./iep/reading.js";

/** @typedef {HTMLElement & {sharedText?: any}} TextElement */

/** From what is told first to what goes without saying; a word that is not here, as `locked`, is a refusal. */
const MILD = ["signed-out", "offline", "connecting", "saving", "saved", "reading"];
/** What each text said last. @type {Map<string, string>} */
const states = new Map();
/** @type {HTMLElement | null} */
let opener = null;
/** The text that had the focus last. @type {TextElement | null} */
let chosen = null;
const previewBox = document.getElementById("iep-preview");
const preview = previewBox ? new Preview(previewBox) : null;

/** @param {string} id @returns {TextElement | null} */
function textOf(id) {
  return document.querySelector(`[data-text="${CSS.escape(id)}"]`);
}

// --- Comments at their passages

function passages() {
  const found = /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-passage]:not([data-settled])"));
  /** @type {Map<string, {id: string, index: number, length: number}[]>} */
  const byText = new Map();
  for (const one of found) {
    const text = one.dataset.passage ?? "";
    const passage = { id: one.dataset.thread ?? "", index: Number(one.dataset.start), length: Number(one.dataset.length) };
    byText.set(text, [...(byText.get(text) ?? []), passage]);
  }
  return byText;
}

function highlight() {
  const byText = passages();
  for (const root of /** @type {NodeListOf<TextElement>} */ (document.querySelectorAll("[data-text]"))) {
    root.sharedText?.highlight(byText.get(root.dataset.text ?? "") ?? []);
  }
}

/** @param {any} detail where the writer wants to comment */
function openComment(detail) {
  const link = /** @type {HTMLAnchorElement | null} */ (document.getElementById("comment-add"));
  const form = /** @type {HTMLFormElement | null} */ (document.getElementById("comment-at"));
  const root = textOf(detail.text);
  if (!link || !form || !root) return;
  opener = root.querySelector("[contenteditable]");
  const at = { field: root.dataset.field, start: detail.index, length: detail.length, text_version: detail.version };
  for (const [name, value] of Object.entries(at)) {
    const input = form.elements.namedItem(name);
    if (input instanceof HTMLInputElement) input.value = String(value ?? "");
  }
  form.requestSubmit();
}

/** @param {HTMLElement} thread */
function showPassage(thread) {
  const root = textOf(thread.dataset.passage ?? "");
  if (!root) return false;
  root.scrollIntoView({ block: "center" });
  window.setTimeout(() => {
    root.sharedText?.select(Number(thread.dataset.start), Number(thread.dataset.length));
  }, 100);
  return true;
}

// --- Jumping to what is missing

/** @param {string} hash */
function jump(hash) {
  const place = hash.startsWith("#entry-") ? document.getElementById(hash.slice(1)) : null;
  const root = /** @type {TextElement | null} */ (place?.querySelector("[data-text]") ?? null);
  if (!place || !root) return false;
  place.scrollIntoView({ block: "center" });
  const focus = () => root.sharedText?.focus();
  if (root.sharedText) focus();
  else window.setTimeout(focus, 400);
  return true;
}

/** @param {MouseEvent} event */
function onClick(event) {
  if (!(event.target instanceof Element)) return;
  const link = event.target.closest("a");
  if (!link) return;
  if (link.hasAttribute("data-slot-close")) {
    const slot = link.closest("[data-slot]");
    if (!slot) return;
    event.preventDefault();
    slot.replaceChildren();
    opener?.focus();
    return;
  }
  if (link.hasAttribute("hx-get")) opener = link;
  const thread = link.dataset.passageOf ? document.querySelector(`[data-thread="${link.dataset.passageOf}"]`) : null;
  const isHere = link.pathname === location.pathname;
  if (thread instanceof HTMLElement && showPassage(thread)) event.preventDefault();
  else if (isHere && jump(link.hash)) event.preventDefault();
}

// --- Forms in place

function onSwap() {
  highlight();
  guard();
  for (const slot of document.querySelectorAll("[data-slot]")) {
    const form = slot.querySelector("form");
    const wasOpen = slot.hasAttribute("data-open");
    slot.toggleAttribute("data-open", form !== null);
    if (form && !wasOpen) {
      slot.scrollIntoView({ block: "nearest" });
      /** @type {HTMLElement | null} */ (form.querySelector("input:not([type=hidden]), select, textarea"))?.focus();
    } else if (!form && wasOpen) {
      const back = opener?.isConnected ? opener : opener?.id ? document.getElementById(opener.id) : null;
      back?.focus();
    }
  }
}

// --- What is saved, and how it reads

/** @param {any} detail */
function onState(detail) {
  states.set(detail.text, detail.state);
  if (detail.text === chosen?.dataset.text) versions(false);
  const box = document.getElementById("iep-saved");
  const [said] = [...states.entries()].sort(([, one], [, other]) => MILD.indexOf(one) - MILD.indexOf(other));
  const words = said ? textOf(said[0])?.querySelector("[data-text-state]")?.textContent : "";
  if (box && words && box.textContent !== words) box.textContent = words.trim();
}

/** @param {TextElement} root */
function onFocus(root) {
  if (chosen !== root) {
    chosen = root;
    const label = document.getElementById("iep-history-of");
    if (label) label.textContent = document.getElementById(`label-${root.dataset.field}`)?.textContent ?? "";
    versions(true);
    preview?.hide();
  }
  grade(root);
}

/**
 * The bar under the page: which version of the chosen text its slider names.
 *
 * @param {boolean} isNew
 * @returns {string} how its history is asked for it; empty for the text as it is now
 */
function versions(isNew) {
  const bar = document.getElementById("iep-versions");
  const slider = /** @type {HTMLInputElement | null} */ (document.getElementById("iep-version"));
  const link = /** @type {HTMLAnchorElement | null} */ (document.getElementById("iep-history"));
  if (!bar || !slider || !link || !chosen) return "";
  const newest = chosen.sharedText?.sync.version ?? Number(chosen.dataset.version);
  const follows = isNew || slider.value === slider.max; // who looks at now goes on to look at now
  slider.max = String(newest);
  if (follows) slider.value = slider.max;
  const slide = slider.parentElement;
  if (slide) slide.hidden = newest === 0;
  link.hidden = false;
  const number = Number(slider.value);
  const said = (number === newest ? bar.dataset.now : bar.dataset.then) ?? "";
  const words = said.replace("%(number)d", String(number)).replace("%(newest)d", String(newest));
  slider.setAttribute("aria-valuetext", words);
  const now = document.getElementById("iep-version-now");
  if (now) now.textContent = words;
  const address = (bar.dataset.url ?? "").replace("00000000-0000-0000-0000-000000000000", chosen.dataset.text ?? "");
  link.href = number === newest ? address : `${address}?version=${number}`;
  return number === newest ? "" : `?version=${number}`;
}

/** The slider moved, by hand or by key: the version that it names is read above it. */
function slid() {
  const query = versions(false);
  const link = /** @type {HTMLAnchorElement | null} */ (document.getElementById("iep-history"));
  if (query && link) preview?.show(link.href.split("?")[0], query);
  else preview?.hide();
}

/** One version further, for a thumb. @param {MouseEvent} event */
function stepped(event) {
  const button = event.target instanceof Element ? event.target.closest("[data-version-step]") : null;
  const slider = /** @type {HTMLInputElement | null} */ (document.getElementById("iep-version"));
  if (!(button instanceof HTMLElement) || !slider) return;
  slider.stepUp(Number(button.dataset.versionStep));
  slid();
}

/** Back to the text as it is now. */
function leaveVersion() {
  const slider = /** @type {HTMLInputElement | null} */ (document.getElementById("iep-version"));
  if (slider) slider.value = slider.max;
  slid();
  slider?.focus();
}

/** @param {TextElement} root */
function grade(root) {
  const box = document.getElementById("iep-grade");
  const words = root.closest("[data-section]")?.querySelectorAll("[data-text-words]") ?? [];
  const found = box?.dataset.language === "en" ? gradeOf([...words].map((one) => one.textContent ?? "").join("\n")) : null;
  if (box) box.textContent = found === null ? "" : `${box.dataset.label} ${found}`;
}

/** @param {Event} event */
function rootOf(event) {
  return event.target instanceof Element ? /** @type {TextElement | null} */ (event.target.closest("[data-text]")) : null;
}

if (document.getElementById("comment-at")) {
  for (const root of document.querySelectorAll("[data-text]")) root.toggleAttribute("data-comments", true);
}
document.addEventListener("click", onClick, { capture: true });
document.addEventListener("text:state", (event) => onState(/** @type {CustomEvent} */ (event).detail));
document.addEventListener("text:comment", (event) => openComment(/** @type {CustomEvent} */ (event).detail));
document.addEventListener("text:editable", highlight);
document.addEventListener("text:focus", (event) => {
  const root = rootOf(event);
  if (root) onFocus(root);
});
document.addEventListener("text:selection", (event) => {
  const root = rootOf(event);
  if (root) grade(root);
});
document.addEventListener("text:passage", (event) => {
  const [id] = /** @type {CustomEvent} */ (event).detail.ids;
  document.getElementById(`comment-${id}`)?.scrollIntoView({ block: "nearest" });
});
document.getElementById("iep-version")?.addEventListener("input", slid);
document.getElementById("iep-versions")?.addEventListener("click", stepped);
document.getElementById("iep-preview-close")?.addEventListener("click", leaveVersion);
for (const part of [previewBox, document.getElementById("iep-versions")]) {
  part?.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && preview?.isOpen) leaveVersion();
  });
}
document.addEventListener("htmx:after:swap", onSwap);
window.addEventListener("load", () => jump(location.hash));
guard();
