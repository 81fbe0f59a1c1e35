/** Forms of an IEP that was closed meanwhile keep what was typed, and say who closed it and why they cannot be saved. */

const BUTTONS = "[data-edits] button[type=submit]";
const NOTE = "iep-lock-kept";
/** From an earlier version that is shown to the same as the text now. */
const WAYS_BACK = "#iep-preview [id^=restore-]";

/** @returns {HTMLElement | null} */
function region() {
  return document.getElementById("iep-lock");
}

/** @param {HTMLFormElement} form @param {string} words */
function tell(form, words) {
  let note = /** @type {HTMLElement | null} */ (form.querySelector(`.${NOTE}`));
  if (!words) {
    note?.remove();
    return;
  }
  if (!note) {
    note = document.createElement("p");
    note.className = `${NOTE} note note-watch`;
    note.setAttribute("role", "status");
    form.append(note);
  }
  if (note.textContent !== words) note.textContent = words;
}

/** Once more whenever a region or a form was drawn. */
export function guard() {
  const box = region();
  if (!box) return;
  const closed = box.querySelector("[data-iep-closed]")?.textContent?.trim() ?? "";
  for (const way of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(WAYS_BACK))) way.hidden = closed !== "";
  for (const button of /** @type {NodeListOf<HTMLButtonElement>} */ (document.querySelectorAll(BUTTONS))) {
    if (closed) button.setAttribute("aria-disabled", "true");
    else button.removeAttribute("aria-disabled");
    if (button.form?.hasAttribute("data-draft")) tell(button.form, closed && `${closed} ${box.dataset.kept}`);
  }
}
