/** The toolbar of a text: arrows move in it, one stop for Tab, and its buttons say what the selection is. */

import { askForLink } from "./link.js";

/** @typedef {import("./text.js").SharedText} SharedText */

export class Tools {
  /** @param {HTMLElement} bar */
  constructor(bar) {
    this.bar = bar;
    /** @type {SharedText | null} */
    this.text = null;
    bar.addEventListener("click", (event) => this.onClick(event));
    bar.addEventListener("keydown", (event) => this.onKey(event));
    // The selection stays in the text while a button is pressed.
    bar.addEventListener("mousedown", (event) => event.preventDefault());
    this.buttons.forEach((button, at) => (button.tabIndex = at === 0 ? 0 : -1));
  }

  get buttons() {
    const all = /** @type {NodeListOf<HTMLButtonElement>} */ (this.bar.querySelectorAll("button"));
    return [...all].filter((button) => !button.hidden);
  }

  /** @param {SharedText} text the buttons work on it from now on */
  serve(text) {
    this.text = text;
    this.bar.hidden = !text.mayEdit;
    const comment = /** @type {HTMLButtonElement | null} */ (this.bar.querySelector('[data-do="comment"]'));
    if (comment) comment.hidden = !text.root.hasAttribute("data-comments");
    this.update();
  }

  /** Show the formats of the selection. */
  update() {
    if (!this.text) return;
    const range = this.text.quill.getSelection();
    const formats = range ? this.text.quill.getFormat(range) : {};
    for (const button of this.buttons) {
      const { format, value } = button.dataset;
      if (!format) continue;
      const is = formats[format];
      button.setAttribute("aria-pressed", String(value ? is === value : Boolean(is)));
    }
  }

  /** @param {MouseEvent} event */
  onClick(event) {
    const button = event.target instanceof Element ? event.target.closest("button") : null;
    const { text } = this;
    if (!button || !text?.mayEdit) return;
    const { format, value, do: act } = button.dataset;
    const { quill } = text;
    if (act === "undo") quill.history.undo();
    else if (act === "redo") quill.history.redo();
    else if (act === "comment") text.comment();
    else if (format) {
      quill.focus({ preventScroll: true });
      const isOn = button.getAttribute("aria-pressed") === "true";
      if (format === "link") void this.link();
      else quill.format(format, isOn ? false : (value ?? true), "user");
    }
    this.update();
  }

  async link() {
    const { text } = this;
    const range = text?.quill.getSelection();
    if (!text || !range || range.length === 0) return;
    const place = text.selection();
    const given = await askForLink(String(text.quill.getFormat(range).link ?? ""));
    text.select(place?.index ?? 0, place?.length ?? 0);
    const now = text.quill.getSelection();
    if (given !== null && now && text.mayEdit) text.quill.formatText(now, "link", given || false, "user");
    text.focus();
    this.update();
  }

  /** @param {KeyboardEvent} event */
  onKey(event) {
    const { buttons } = this;
    const at = buttons.indexOf(/** @type {any} */ (document.activeElement));
    const isRtl = getComputedStyle(this.bar).direction === "rtl";
    const step = { ArrowRight: isRtl ? -1 : 1, ArrowLeft: isRtl ? 1 : -1 }[event.key];
    const next = { Home: 0, End: buttons.length - 1 }[event.key] ?? (step ? (at + step + buttons.length) % buttons.length : -1);
    if (next < 0 || at < 0) return;
    event.preventDefault();
    buttons.forEach((button, place) => (button.tabIndex = place === next ? 0 : -1));
    buttons[next].focus();
  }
}
