/** Selected rows of a table: how many there are, all of a page at once, and the bar of what to do with them. */

/** @returns {HTMLInputElement[]} */
function picks() {
  return /** @type {HTMLInputElement[]} */ ([...document.querySelectorAll("[data-pick]")]);
}

function count() {
  /** @type {HTMLElement | null} */
  const bar = document.querySelector("[data-bulk]");
  if (!bar) return;
  const all = picks();
  const chosen = all.filter((pick) => pick.checked);
  /** @type {HTMLInputElement | null} */
  const every = bar.querySelector("[data-pick-every]");
  bar.classList.toggle("is-open", chosen.length > 0 || every?.checked === true);
  for (const pick of all) pick.closest("tr")?.classList.toggle("is-selected", pick.checked);
  /** @type {HTMLInputElement | null} */
  const page = document.querySelector("[data-pick-page]");
  if (page) {
    page.checked = all.length > 0 && chosen.length === all.length;
    page.indeterminate = chosen.length > 0 && chosen.length < all.length;
  }
  /** @type {HTMLElement | null} */
  const words = bar.querySelector("[data-bulk-count]");
  if (!words) return;
  const { one = "", many = "" } = words.dataset;
  words.textContent = chosen.length === 1 ? one : many.replace("{count}", String(chosen.length));
}

/** @param {Event} event */
function onChange(event) {
  const box = event.target;
  if (!(box instanceof HTMLInputElement)) return;
  if (box.matches("[data-pick-page], [data-pick-every]")) for (const pick of picks()) pick.checked = box.checked;
  if (box.matches("[data-pick]") && !box.checked) {
    /** @type {HTMLInputElement | null} */
    const every = document.querySelector("[data-pick-every]");
    if (every) every.checked = false;
  }
  if (box.matches("[data-pick], [data-pick-page], [data-pick-every]")) count();
}

export function start() {
  document.addEventListener("change", onChange);
  document.addEventListener("htmx:after:swap", count);
  window.addEventListener("pageshow", count);
  count();
}
