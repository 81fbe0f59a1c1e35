/** Forms never lose what was typed, never go twice, and say first what is wrong. */

import { say } from "./words.js";

const PREFIX = "draft:";
const SENT = "drafts-sent";
const SKIP = new Set(["hidden", "password", "file", "submit", "button"]);

/** @returns {Storage | null} */
function storage() {
  try {
    return sessionStorage;
  } catch {
    return null;
  }
}

function person() {
  return document.body.dataset.person ?? "";
}

/** @param {HTMLFormElement} form */
function keyOf(form) {
  return `${PREFIX}${person()}:${location.pathname}:${form.id}`;
}

/** @typedef {HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement} Field */

/**
 * @param {HTMLFormElement} form
 * @returns {Field[]}
 */
function fields(form) {
  const all = /** @type {Field[]} */ ([...form.elements]);
  return all.filter((field) => field.name && !SKIP.has(field.type) && !(field instanceof HTMLButtonElement));
}

/** @param {HTMLFormElement} form */
function values(form) {
  return fields(form).map((field) => {
    if (field instanceof HTMLInputElement && (field.type === "checkbox" || field.type === "radio")) {
      return [field.name, field.value, field.checked];
    }
    if (field instanceof HTMLSelectElement) return [field.name, [...field.selectedOptions].map((one) => one.value)];
    return [field.name, field.value];
  });
}

/**
 * @param {HTMLFormElement} form
 * @param {any[][]} kept
 */
function fill(form, kept) {
  const all = fields(form);
  if (all.length !== kept.length || all.some((field, at) => field.name !== kept[at][0])) return;
  all.forEach((field, at) => {
    const [, value, checked] = kept[at];
    if (field instanceof HTMLInputElement && (field.type === "checkbox" || field.type === "radio")) {
      if (field.value === value) field.checked = checked;
    } else if (field instanceof HTMLSelectElement) {
      for (const option of field.options) option.selected = value.includes(option.value);
    } else field.value = value;
  });
}

/** @param {HTMLFormElement} form */
function keep(form) {
  try {
    storage()?.setItem(keyOf(form), JSON.stringify(values(form)));
  } catch {
    // A full storage loses the copy, never the form itself.
  }
}

/**
 * @param {HTMLFormElement} form
 * @param {string} before what the server drew
 */
function offerDiscard(form, before) {
  const note = document.createElement("p");
  note.className = "pending-bar";
  note.setAttribute("role", "status");
  const text = document.createElement("span");
  text.textContent = say("kept");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "link ms-auto";
  button.textContent = say("discard");
  button.addEventListener("click", () => {
    fill(form, JSON.parse(before));
    storage()?.removeItem(keyOf(form));
    note.remove();
  });
  note.append(text, button);
  form.prepend(note);
}

/** @param {HTMLFormElement} form */
function restore(form) {
  const kept = storage()?.getItem(keyOf(form));
  if (!kept) return;
  const before = JSON.stringify(values(form));
  if (form.querySelector('[aria-invalid="true"]') || document.querySelector("[data-error-summary]")) return;
  if (kept === before) return;
  fill(form, JSON.parse(kept));
  if (JSON.stringify(values(form)) === kept) offerDiscard(form, before);
}

/** Drafts that were sent and did not come back refused are done with; other people's never stay. */
function tidy() {
  const store = storage();
  if (!store) return;
  const refused = document.querySelector("[data-error-summary]") !== null;
  const sent = JSON.parse(store.getItem(SENT) ?? "[]");
  // A page that only asks who it is comes between a form and its answer.
  const isBetween = document.querySelector("[data-keeps-drafts]") !== null;
  if (!refused && !isBetween) for (const key of sent) store.removeItem(key);
  store.removeItem(SENT);
  if (!person()) return;
  for (const key of Object.keys(store)) {
    if (key.startsWith(PREFIX) && !key.startsWith(`${PREFIX}${person()}:`)) store.removeItem(key);
  }
}

function forgetAll() {
  const store = storage();
  for (const key of Object.keys(store ?? {})) if (key.startsWith(PREFIX)) store?.removeItem(key);
}

/** @param {SubmitEvent} event */
function onSubmit(event) {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || event.defaultPrevented) return;
  if (form.dataset.busy !== undefined) {
    event.preventDefault();
    return;
  }
  if (form.hasAttribute("data-sign-out")) forgetAll();
  if (form.hasAttribute("data-draft")) {
    const store = storage();
    store?.setItem(SENT, JSON.stringify([...JSON.parse(store.getItem(SENT) ?? "[]"), keyOf(form)]));
  }
  if (form.hasAttribute("data-theme-form") || form.target === "_blank") return;
  form.dataset.busy = "";
  event.submitter?.setAttribute("aria-busy", "true");
}

function unlock() {
  for (const form of /** @type {NodeListOf<HTMLFormElement>} */ (document.querySelectorAll("form[data-busy]"))) {
    delete form.dataset.busy;
    for (const button of form.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
  }
}

function focusSummary() {
  /** @type {HTMLElement | null} */
  const summary = document.querySelector("[data-error-summary]");
  summary?.focus();
}

export function start() {
  tidy();
  for (const form of /** @type {NodeListOf<HTMLFormElement>} */ (document.querySelectorAll("form[data-draft][id]"))) {
    restore(form);
  }
  focusSummary();
  document.addEventListener("input", (event) => {
    const form = event.target instanceof Element ? event.target.closest("form") : null;
    if (form?.hasAttribute("data-draft") && form.id) keep(form);
  });
  document.addEventListener("submit", onSubmit);
  window.addEventListener("pageshow", unlock);
  document.addEventListener("htmx:finally:request", unlock);
  document.addEventListener("htmx:after:swap", focusSummary);
  document.addEventListener("htmx:after:request", (event) => {
    const { ctx } = /** @type {CustomEvent} */ (event).detail;
    const form = ctx.request.form;
    if (form?.hasAttribute("data-draft") && ctx.response.status < 400) storage()?.removeItem(keyOf(form));
  });
  document.addEventListener("click", (event) => {
    if (event.target instanceof Element && event.target.closest('[aria-disabled="true"]')) event.preventDefault();
  });
}
