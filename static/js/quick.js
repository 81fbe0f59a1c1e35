/** Quick entry: while a line is typed, the server says what it understood; Enter confirms the one reading there is. */

import { csrfHeaders } from "./csrf.js";

const WAIT = 200;
const form = /** @type {HTMLFormElement | null} */ (document.querySelector("form[data-quick]"));
const box = document.getElementById("quick-readings");
let timer = 0;
let asked = 0;
let read = "";

function field() {
  return /** @type {HTMLInputElement} */ (form?.elements.namedItem("q"));
}

async function ask() {
  const mine = ++asked;
  const typed = field().value.trim();
  if (typed === read) return;
  const body = new URLSearchParams(/** @type {any} */ (new FormData(/** @type {HTMLFormElement} */ (form))));
  const response = await fetch(form?.action ?? "", { method: "POST", headers: csrfHeaders(), body }).catch(() => null);
  if (mine !== asked || !response?.ok || !box) return;
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  read = typed;
  box.replaceChildren(...page.body.childNodes);
}

/** @param {Event} event */
async function onSubmit(event) {
  event.preventDefault();
  window.clearTimeout(timer);
  const fresh = field().value.trim() !== read;
  await ask();
  const readings = /** @type {HTMLFormElement[]} */ ([...(box?.querySelectorAll("form[data-reading]") ?? [])]);
  if (readings.length === 1 && !fresh) readings[0].requestSubmit();
  else /** @type {HTMLElement | null} */ (readings[0]?.querySelector("button[type=submit]") ?? null)?.focus();
}

form?.addEventListener("submit", (event) => void onSubmit(event));
form?.addEventListener("input", () => {
  window.clearTimeout(timer);
  timer = window.setTimeout(ask, WAIT);
});
