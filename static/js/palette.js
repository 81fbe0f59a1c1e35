/** The command palette: go or do. A combobox whose list the server draws; what is typed goes in the body of a request. */

const WAIT = 120;

/** @type {Element | null} */
let before = null;
let asked = 0;
let timer = 0;
/** @type {{openKeys: () => void}} */
let doors;

/**
 * @template {HTMLElement} T
 * @param {string} id
 * @returns {T}
 */
function part(id) {
  return /** @type {T} */ (document.getElementById(id));
}

function parts() {
  /** @type {HTMLDialogElement} */
  const dialog = part("palette");
  /** @type {HTMLInputElement} */
  const field = part("palette-q");
  return { dialog, field, list: part("palette-list"), status: part("palette-status") };
}

/** @returns {HTMLElement[]} */
function options() {
  return [...parts().list.querySelectorAll("[role=option]")].map((one) => /** @type {HTMLElement} */ (one));
}

/** @param {number} at */
function choose(at) {
  const all = options();
  const { field } = parts();
  for (const one of all) one.setAttribute("aria-selected", "false");
  const chosen = all[(at + all.length) % Math.max(1, all.length)];
  if (!chosen) {
    field.removeAttribute("aria-activedescendant");
    return;
  }
  chosen.setAttribute("aria-selected", "true");
  chosen.scrollIntoView({ block: "nearest" });
  field.setAttribute("aria-activedescendant", chosen.id);
}

function chosenAt() {
  return options().findIndex((one) => one.getAttribute("aria-selected") === "true");
}

async function ask() {
  const mine = ++asked;
  const { dialog, field, list, status } = parts();
  /** @type {HTMLMetaElement | null} */
  const token = document.querySelector('meta[name="csrf-token"]');
  const response = await fetch(dialog.dataset.palette ?? "", {
    method: "POST",
    headers: { "X-CSRFToken": token?.content ?? "", "HX-Request": "true" },
    body: new URLSearchParams({ q: field.value }),
  }).catch(() => null);
  if (mine !== asked || !response?.ok) return;
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  if (mine !== asked) return;
  list.replaceChildren(...page.body.childNodes);
  choose(0);
  const none = list.querySelector("[data-palette-none]");
  status.textContent = none?.textContent ?? options()[0]?.textContent?.replace(/\s+/g, " ").trim() ?? "";
}

function close() {
  const { dialog } = parts();
  dialog.close();
}

/**
 * @param {string} address
 * @param {Record<string, string>} fields
 */
function post(address, fields) {
  const form = Object.assign(document.createElement("form"), { method: "post", action: address, hidden: true });
  /** @type {HTMLMetaElement | null} */
  const token = document.querySelector('meta[name="csrf-token"]');
  for (const [name, value] of Object.entries({ csrfmiddlewaretoken: token?.content ?? "", ...fields })) {
    form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
  }
  document.body.append(form);
  form.submit();
}

/** @param {HTMLElement} option */
function take(option) {
  const { paletteAct: act, palettePost: fields } = option.dataset;
  if (fields) {
    post(/** @type {HTMLAnchorElement} */ (option).href, JSON.parse(fields));
    return;
  }
  if (!act) {
    location.assign(/** @type {HTMLAnchorElement} */ (option).href);
    return;
  }
  close();
  if (act === "keys") doors.openKeys();
  /** @type {HTMLElement | null} */
  const toggle = document.querySelector("[data-theme-toggle]");
  if (act === "theme") toggle?.click();
}

/** @param {KeyboardEvent} event */
function onKey(event) {
  const all = options();
  const now = chosenAt();
  if (event.key === "ArrowDown") choose(now + 1);
  else if (event.key === "ArrowUp") choose(now < 0 ? all.length - 1 : now - 1);
  else if (event.key === "Home" && event.ctrlKey) choose(0);
  else if (event.key === "End" && event.ctrlKey) choose(all.length - 1);
  else if (event.key === "Enter" && all[now]) take(all[now]);
  else return;
  event.preventDefault();
}

function prepare() {
  const { dialog, field, list } = parts();
  if (dialog.dataset.ready !== undefined) return;
  dialog.dataset.ready = "";
  field.addEventListener("keydown", onKey);
  field.addEventListener("input", () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(ask, WAIT);
  });
  list.addEventListener("click", (event) => {
    const option = event.target instanceof Element ? event.target.closest("[role=option]") : null;
    if (!(option instanceof HTMLElement) || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    take(option);
  });
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) close();
  });
  dialog.addEventListener("close", () => {
    if (dialog.open) return; // told late: it was opened again meanwhile
    field.value = "";
    list.replaceChildren();
    if (before instanceof HTMLElement) before.focus();
  });
}

/** @param {{openKeys: () => void}} given */
export function open(given) {
  doors = given;
  const { dialog, field } = parts();
  prepare();
  if (dialog.open) {
    close();
    return;
  }
  before = document.activeElement;
  field.value = "";
  dialog.showModal();
  field.focus();
  void ask();
}
