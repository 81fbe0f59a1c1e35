/** Every shared text of a page, once the page and what earlier pages left unsent are there. */

import { say } from "../words.js";
import { Courier } from "./courier.js";
import * as queue from "./queue.js";
import { SharedText } from "./text.js";
import { Tools } from "./tools.js";

/** @type {Map<HTMLElement, SharedText>} */
const texts = new Map();
/** @type {Map<HTMLElement, Tools>} */
const bars = new Map();

const MARGIN = "200px";
const DOZE = 4000;
/** @type {Map<HTMLElement, number>} */
const dozing = new Map();
let mayWipe = false;
/** Texts in sight are edited and heard; the others wait as words. */
const sight = new IntersectionObserver((seen) => seen.forEach(onSight), { rootMargin: MARGIN });

/** @param {IntersectionObserverEntry} entry */
function onSight(entry) {
  const root = /** @type {HTMLElement} */ (entry.target);
  window.clearTimeout(dozing.get(root));
  if (entry.isIntersecting) {
    texts.get(root)?.line.wake();
    void mount(root);
  } else dozing.set(root, window.setTimeout(() => doze(root), DOZE));
}

/** @param {HTMLElement} root */
function doze(root) {
  const text = texts.get(root);
  if (!text) return;
  if (text.sync.kept > 0 || text.quill.hasFocus()) dozing.set(root, window.setTimeout(() => doze(root), DOZE));
  else text.line.sleep();
}

/** @param {HTMLElement} bar */
function tools(bar) {
  let made = bars.get(bar);
  if (!made) bars.set(bar, (made = new Tools(bar)));
  return made;
}

/** The toolbar of a text: its own, or the page's while the text has the focus. @param {SharedText} text */
function barOf(text) {
  const own = text.root.querySelector("[data-text-tools]");
  const shared = [...document.querySelectorAll("[data-text-tools]")].find((bar) => !bar.closest("[data-text]"));
  return /** @type {HTMLElement | null} */ (own ?? shared ?? null);
}

/** @param {SharedText} text */
function serve(text) {
  const bar = barOf(text);
  if (bar) tools(bar).serve(text);
}

/** Its toolbar, unless that serves another text already: only who takes the focus takes it over. @param {SharedText} text */
function offer(text) {
  const bar = barOf(text);
  const served = bar && bars.get(bar)?.text;
  if (!served || served === text || !served.root.isConnected) serve(text);
}

/** @param {HTMLElement} root */
async function mount(root) {
  if (texts.has(root)) return;
  const text = new SharedText(root);
  texts.set(root, text);
  Object.assign(root, { sharedText: text });
  root.addEventListener("text:focus", () => serve(text));
  root.addEventListener("text:editable", () => offer(text));
  const update = () => {
    const bar = barOf(text);
    if (bar && bars.get(bar)?.text === text) tools(bar).update();
  };
  text.quill.on("editor-change", update);
  text.quill.root.addEventListener("keyup", update); // a format at the caret changes neither words nor selection
  offer(text);
  const [first, ...others] = await queue.orphans(text.id);
  await text.start(first);
  for (const other of others) new Courier(text.id, other);
}

function look() {
  for (const [root, text] of texts) {
    if (root.isConnected) continue;
    text.leave();
    texts.delete(root);
  }
  for (const root of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-text]"))) {
    if (!texts.has(root)) sight.observe(root);
  }
}

/** Signing out wipes what is kept: not without a word, said once. @param {SubmitEvent} event */
function onSubmit(event) {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || !form.hasAttribute("data-sign-out") || mayWipe) return;
  const isUnsent = [...texts.values()].some((text) => text.sync.kept > 0);
  mayWipe = isUnsent && window.confirm(say("textLeaving"));
  if (!isUnsent || mayWipe) return;
  event.preventDefault();
  event.stopImmediatePropagation();
}

look();
document.addEventListener("htmx:after:swap", look);
window.addEventListener("submit", onSubmit, { capture: true });
