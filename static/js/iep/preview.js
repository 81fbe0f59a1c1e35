/** Shows one version of a text above the slider that names it: the fragment of its history page, words by author. */

const REST = 150;

export class Preview {
  /** @param {HTMLElement} box */
  constructor(box) {
    this.box = box;
    this.body = /** @type {HTMLElement} */ (box.querySelector("[data-preview-words]"));
    this.address = "";
    this.timer = 0;
    this.asked = 0;
    this.showsWho = true;
    box.addEventListener("click", (event) => this.clicked(event));
  }

  get isOpen() {
    return !this.box.hidden;
  }

  /** @param {string} address of the history @param {string} query which version, and compared with which */
  show(address, query) {
    this.address = address;
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.fetch(query), REST);
  }

  hide() {
    window.clearTimeout(this.timer);
    this.asked += 1;
    this.box.hidden = true;
    this.body.replaceChildren();
  }

  /** @param {string} query */
  async fetch(query) {
    this.asked += 1;
    const mine = this.asked;
    this.box.hidden = false;
    this.box.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(`${this.address}${query}`, { credentials: "same-origin", headers: { Accept: "text/html" } });
      if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const part = page.querySelector('[data-history-part="words"]');
      if (mine === this.asked && part) this.body.replaceChildren(...part.childNodes);
      this.who();
    } catch {
      if (mine === this.asked) this.body.textContent = this.box.dataset.failed ?? "";
    } finally {
      if (mine === this.asked) this.box.removeAttribute("aria-busy");
    }
  }

  who() {
    this.box.classList.toggle("shows-who", this.showsWho);
    this.body.querySelector("[data-history-who]")?.setAttribute("aria-pressed", String(this.showsWho));
  }

  /** @param {MouseEvent} event */
  clicked(event) {
    const target = event.target instanceof Element ? event.target : null;
    if (target?.closest("[data-history-who]")) {
      this.showsWho = !this.showsWho;
      this.who();
      return;
    }
    const query = target?.closest("a")?.getAttribute("href") ?? "";
    if (!query.startsWith("?") || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    void this.fetch(query).then(() => this.box.focus());
  }
}
