/** Asks for the address of a link: a small dialog of the page, instead of the browser's own question. */

import { say } from "../words.js";
import { isLink } from "./formats.js";

/**
 * @param {string} known the address that the words have already
 * @returns {Promise<string | null>} the address; empty to remove it; null when nothing is to change
 */
export function askForLink(known) {
  const template = /** @type {HTMLTemplateElement | null} */ (document.querySelector("template[data-link-dialog]"));
  const dialog = /** @type {HTMLDialogElement} */ (template?.content.firstElementChild?.cloneNode(true));
  const form = /** @type {HTMLFormElement} */ (dialog.querySelector("form"));
  const input = /** @type {HTMLInputElement} */ (dialog.querySelector("input"));
  const fault = /** @type {HTMLElement} */ (dialog.querySelector("[data-link-fault]"));
  const remove = /** @type {HTMLButtonElement} */ (dialog.querySelector("[data-link-remove]"));
  input.value = known || "https://";
  remove.hidden = !known;
  document.body.append(dialog);
  return new Promise((resolve) => {
    /** @type {string | null} */
    let answer = null;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const given = input.value.trim();
      if (isLink(given)) {
        answer = given;
        dialog.close();
        return;
      }
      fault.textContent = say("textBadLink");
      fault.hidden = false;
      input.setAttribute("aria-invalid", "true");
      input.focus();
    });
    remove.addEventListener("click", () => {
      answer = "";
      dialog.close();
    });
    dialog.querySelector("[data-link-cancel]")?.addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(answer);
    });
    dialog.showModal();
    input.select();
  });
}
