/** Building a page from a script: elements, words that the server translated, icons that the server drew. */

/**
 * @param {string} tag
 * @param {Record<string, any>} [attributes] `on…` are listeners; null and false are left out
 * @param {...(Node | string | null)} children
 * @returns {HTMLElement}
 */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === false || value === undefined) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.filter((child) => child !== null));
  return element;
}

/** @param {string} name */
export function icon(name) {
  const box = /** @type {HTMLTemplateElement | null} */ (document.querySelector("template#capture-icons"));
  const found = box?.content.querySelector(`[data-icon="${name}"]`)?.firstElementChild;
  return found ? /** @type {Element} */ (found.cloneNode(true)) : document.createTextNode("");
}

/** A drawing that the server made. @param {string} text */
export function drawing(text) {
  const found = new DOMParser().parseFromString(text, "text/html").querySelector("svg");
  return found ? document.importNode(found, true) : document.createTextNode("");
}

/** @param {number} value @param {number} [digits] */
export function written(value, digits = 2) {
  return value.toLocaleString(document.documentElement.lang || "en", { maximumFractionDigits: digits });
}

let timer = 0;

/** Say what was just counted, politely: when taps follow each other fast, only the last. @param {string} sentence */
export function speak(sentence) {
  window.clearTimeout(timer);
  timer = window.setTimeout(() => {
    const region = document.getElementById("announce");
    if (region) region.textContent = sentence;
  }, 400);
}

/**
 * One choice of several, with arrow keys.
 * @param {string} label
 * @param {string} css
 * @param {{value: string, parts: (Node | string)[], css?: string}[]} options
 * @param {string} chosen
 * @param {(value: string) => void} onChoose
 */
export function choices(label, css, options, chosen, onChoose) {
  const box = h("div", { role: "radiogroup", "aria-label": label, class: css });
  const hasChosen = options.some((one) => one.value === chosen);
  options.forEach((one, at) => {
    const isChosen = one.value === chosen;
    const reachable = isChosen || (!hasChosen && at === 0);
    const attributes = {
      type: "button",
      role: "radio",
      "aria-checked": String(isChosen),
      tabindex: reachable ? 0 : -1,
      class: `cap-opt ${one.css ?? ""}`,
      "data-value": one.value,
      onclick: () => onChoose(one.value),
    };
    box.append(h("button", attributes, ...one.parts));
  });
  box.addEventListener("keydown", (event) => arrows(/** @type {KeyboardEvent} */ (event), box));
  return box;
}

/** @param {KeyboardEvent} event @param {HTMLElement} box */
export function arrows(event, box) {
  const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
  if (!step) return;
  const all = /** @type {HTMLElement[]} */ ([...box.querySelectorAll("button")]);
  const at = all.indexOf(/** @type {HTMLElement} */ (document.activeElement));
  if (at < 0) return;
  event.preventDefault();
  const to = all[(at + step + all.length) % all.length];
  const { value } = to.dataset;
  to.focus();
  to.click();
  /** @type {HTMLElement | null} */ (box.isConnected ? null : document.querySelector(`[data-value="${CSS.escape(value ?? "")}"]`))?.focus();
}
