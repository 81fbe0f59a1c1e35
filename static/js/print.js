/** The head of a printed page says when it was printed, not when it was loaded; the audit hears of records printed. */

import { csrfHeaders } from "./csrf.js";

function stamp() {
  for (const line of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-print-head]"))) {
    const time = new Intl.DateTimeFormat(document.documentElement.lang, {
      dateStyle: "medium",
      timeStyle: "short",
    }).format(new Date());
    line.textContent = (line.dataset.printHead ?? "").replace("{time}", time);
  }
}

/** A page of a student's record was sent to a printer: 34 CFR 99.32 wants to know. */
function tell() {
  const region = /** @type {HTMLElement | null} */ (document.querySelector("[data-printed]"));
  if (!region) return;
  const body = new URLSearchParams({ page: region.dataset.printedPage ?? "" });
  void fetch(region.dataset.printed ?? "", { method: "POST", body, headers: csrfHeaders(), keepalive: true });
}

export function start() {
  window.addEventListener("beforeprint", stamp);
  window.addEventListener("afterprint", tell);
  document.addEventListener("click", (event) => {
    if (event.target instanceof Element && event.target.closest("[data-print]")) window.print();
  });
}
