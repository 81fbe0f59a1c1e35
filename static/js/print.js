/** The head of a printed page says when it was printed, not when it was loaded. */

function stamp() {
  for (const line of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-print-head]"))) {
    const time = new Intl.DateTimeFormat(document.documentElement.lang, {
      dateStyle: "medium",
      timeStyle: "short",
    }).format(new Date());
    line.textContent = (line.dataset.printHead ?? "").replace("{time}", time);
  }
}

export function start() {
  window.addEventListener("beforeprint", stamp);
}
