/** The slider of a text's history: while it moves the page says which version, and shows it when it rests. */

const REST = 120;

const root = /** @type {HTMLElement} */ (document.querySelector("[data-history]"));
const form = /** @type {HTMLFormElement | null} */ (root?.querySelector("[data-history-form]"));
const slider = /** @type {HTMLInputElement | null} */ (form?.querySelector("input[type=range]") ?? null);
let timer = 0;
let asked = 0;
let showsWho = false;

function place() {
  for (const stop of /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll("[data-share]"))) {
    stop.style.insetInlineStart = `${stop.dataset.share}%`;
    stop.classList.add("is-placed");
  }
}

function who() {
  root.classList.toggle("shows-who", showsWho);
  root.querySelector("[data-history-who]")?.setAttribute("aria-pressed", String(showsWho));
}

/** @param {string} address */
async function show(address) {
  asked += 1;
  const mine = asked;
  root.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(address, { credentials: "same-origin", headers: { Accept: "text/html" } });
    if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (mine !== asked) return;
    for (const part of /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll("[data-history-part]"))) {
      const next = page.querySelector(`[data-history-part="${part.dataset.historyPart}"]`);
      if (next) part.replaceChildren(...next.childNodes);
    }
    const next = page.querySelector("[data-history-form] input[type=range]");
    if (slider && next instanceof HTMLInputElement) {
      slider.value = next.value;
      slider.setAttribute("aria-valuetext", next.getAttribute("aria-valuetext") ?? "");
    }
    history.replaceState(null, "", address);
    who();
  } catch {
    location.assign(address);
  } finally {
    if (mine === asked) root.removeAttribute("aria-busy");
  }
}

function moved() {
  if (!form || !slider) return;
  window.clearTimeout(timer);
  timer = window.setTimeout(() => {
    const query = new URLSearchParams(/** @type {any} */ (new FormData(form)));
    void show(`${form.getAttribute("action")}?${query}`);
  }, REST);
}

/** @param {MouseEvent} event */
function clicked(event) {
  const target = event.target instanceof Element ? event.target : null;
  if (target?.closest("[data-history-who]")) {
    showsWho = !showsWho;
    who();
    return;
  }
  const link = /** @type {HTMLAnchorElement | null} */ (target?.closest("a.history-sitting") ?? null);
  if (!link || event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  void show(link.href).then(() => {
    /** @type {HTMLElement | null} */
    const current = root.querySelector('.history-sitting[aria-current="true"]');
    current?.focus();
  });
}

if (root && form && slider) {
  place();
  const go = /** @type {HTMLElement | null} */ (form.querySelector("[data-history-go]"));
  if (go) go.hidden = true;
  slider.addEventListener("input", moved);
  root.addEventListener("click", clicked);
}
