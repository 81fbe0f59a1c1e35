/** Short results with Undo: gone after eight seconds unless held by the pointer or the focus; F6 reaches them. */

import { announce } from "./announce.js";
import { say } from "./words.js";

const STAYS = 8000;

/** @param {Element} toast */
function expire(toast) {
  window.setTimeout(() => {
    if (toast.matches(":hover, :focus-within")) expire(toast);
    else toast.remove();
  }, STAYS);
}

/**
 * @param {string} text
 * @param {"" | "error"} [tone]
 */
export function toast(text, tone = "") {
  const box = document.createElement("div");
  box.className = tone === "error" ? "toast toast-error" : "toast";
  box.dataset.toast = "";
  box.tabIndex = -1;
  const words = document.createElement("span");
  words.textContent = text;
  const dismiss = document.createElement("button");
  dismiss.type = "button";
  dismiss.dataset.dismiss = "";
  dismiss.textContent = say("dismiss");
  box.append(words, dismiss);
  document.getElementById("toasts")?.append(box);
  announce(text);
  expire(box);
}

export function start() {
  for (const shown of document.querySelectorAll("[data-toast]")) {
    announce(shown.querySelector("span")?.textContent ?? "");
    expire(shown);
  }
  document.addEventListener("click", (event) => {
    if (event.target instanceof Element && event.target.closest("[data-dismiss]")) {
      event.target.closest("[data-toast]")?.remove();
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "F6") return;
    /** @type {HTMLElement | null} */
    const last = document.querySelector("#toasts > [data-toast]:last-child");
    if (!last) return;
    event.preventDefault();
    last.focus();
  });
  document.addEventListener("toast", (event) => {
    const { text, value } = /** @type {CustomEvent} */ (event).detail ?? {};
    if (text ?? value) toast(String(text ?? value));
  });
  document.addEventListener("htmx:error", () => toast(say("failed"), "error"));
  document.addEventListener("htmx:response:error", (event) => {
    const { ctx } = /** @type {CustomEvent} */ (event).detail;
    if (ctx.response.status >= 500) toast(say("failed"), "error");
  });
}
