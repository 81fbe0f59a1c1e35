/**
 * Disclosure menus close on Escape and on a click elsewhere; dialogs open from their button and give the focus back.
 * Where tabs do not fit, the one that is open is the one that is seen.
 */

/** @param {Element | null} except */
function closeMenus(except) {
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    if (menu !== except) menu.removeAttribute("open");
  }
}

/** @param {MouseEvent} event */
function onClick(event) {
  if (!(event.target instanceof Element)) return;
  closeMenus(event.target.closest("details[data-menu]"));
  const opener = /** @type {HTMLElement | null} */ (event.target.closest("[data-dialog]"));
  const dialog = document.getElementById(opener?.dataset.dialog ?? "");
  if (dialog instanceof HTMLDialogElement && opener?.getAttribute("aria-disabled") !== "true") {
    event.preventDefault();
    dialog.showModal();
  }
  if (event.target.closest("[data-close]")) event.target.closest("dialog")?.close();
}

/** @param {KeyboardEvent} event */
function onKey(event) {
  if (event.key !== "Escape") return;
  const open = document.querySelector("details[data-menu][open]");
  if (!open) return;
  const summary = open.querySelector("summary");
  if (open.contains(document.activeElement)) summary?.focus();
  open.removeAttribute("open");
}

/** Bring the open tab into sight, without moving the page. */
function showTab() {
  for (const tab of document.querySelectorAll(".tabs-u > [aria-current]")) {
    const row = tab.parentElement;
    if (!row || row.scrollWidth <= row.clientWidth) continue;
    const [inner, outer] = [tab.getBoundingClientRect(), row.getBoundingClientRect()];
    row.scrollLeft += inner.left + inner.width / 2 - outer.left - outer.width / 2;
  }
}

export function start() {
  showTab();
  document.addEventListener("click", onClick);
  document.addEventListener("keydown", onKey);
  document.addEventListener("change", (event) => {
    const form = event.target instanceof Element ? event.target.closest("form") : null;
    if (form?.hasAttribute("data-filters")) form.requestSubmit();
  });
}
