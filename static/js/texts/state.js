/** Says in words whether what was written is saved, and who is here. */

import { say } from "../words.js";

const SAMPLE = 300;
const FRESH = 5000;
/** Refusals of the whole text, which may end: it is opened again, or one's rights come back. */
const MAY_END = new Set(["locked", "not_allowed"]);
/** @type {Record<string, string>} */
const CLOSED = { in_review: "textClosedReview", approved: "textClosedApproved" };

/** @typedef {{reason?: string, by?: string, at?: string}} Closing why a text is locked, by whom, when */

/** @param {string} at */
function moment(at) {
  const format = { dateStyle: "medium", timeStyle: "short" };
  return new Intl.DateTimeFormat(document.documentElement.lang || undefined, /** @type {any} */ (format)).format(new Date(at));
}

/** @param {string} name @param {number} count */
function counted(name, count) {
  const which = count === 0 ? name : count === 1 ? `${name}One` : `${name}Many`;
  return say(which, { count });
}

/** @param {string} name */
function initials(name) {
  const words = name.split(/[\s-]+/).filter((word) => /^[\p{L}\p{N}]/u.test(word));
  const letters = words.slice(0, 2).map((word) => [...word][0]);
  return letters.join("").toUpperCase() || "?";
}

export class State {
  /** @param {import("./text.js").SharedText} text */
  constructor(text) {
    this.text = text;
    /** @type {"connecting" | "here" | "lost" | "signed-out" | "stuck"} */
    this.line = "connecting";
    /** @type {{code: string, message: string, details: Closing}} */
    this.reason = { code: "", message: "", details: {} };
    this.timer = 0;
    this.freshness = 0;
    this.shown = "";
  }

  get isStuck() {
    return this.line === "stuck";
  }

  /** @param {{may_edit: boolean, closed?: Closing}} frame the answer to joining, or news that one writes again */
  found({ may_edit: mayEdit, closed }) {
    if (mayEdit && MAY_END.has(this.reason.code)) this.line = "here";
    if (!this.isStuck) this.line = "here";
    if (closed && !mayEdit && this.text.mayEdit) this.stuck("locked", "", closed);
    this.update();
  }

  lost() {
    if (this.line === "here") this.line = "lost";
    this.update();
  }

  signedOut() {
    if (!this.isStuck) this.line = "signed-out";
    this.update();
  }

  /** @param {string} code @param {string} message @param {Closing} [details] */
  stuck(code, message, details = {}) {
    this.line = "stuck";
    this.reason = { code, message, details };
    this.update();
  }

  unstuck() {
    this.line = "connecting";
    this.update();
  }

  /** One word for programs. */
  get name() {
    const { kept } = this.text.sync;
    if (this.line === "stuck") return this.reason.code;
    if (this.line === "signed-out") return "signed-out";
    if (this.line === "lost") return "offline";
    if (this.line === "connecting") return kept > 0 ? "offline" : "connecting";
    if (kept > 0) return "saving";
    return this.text.mayEdit ? "saved" : "reading";
  }

  /** One sentence for people. */
  sentence() {
    const { kept } = this.text.sync;
    switch (this.name) {
      case "saved":
        return this.saved();
      case "saving":
        return say("textSaving");
      case "offline":
        return counted("textOffline", kept);
      case "signed-out":
        return counted("textSignedOut", kept);
      case "connecting":
        return say("textConnecting");
      case "reading":
        return say(this.text.root.hasAttribute("data-locked") ? "textLocked" : "textReading");
      case "locked":
        return say("textLocked");
      case "not_allowed":
        return say("textEnded");
      default:
        return this.reason.message || say("textRefused");
    }
  }

  /** Why nobody writes here any more, by whom and when; empty while one does. */
  closing() {
    if (!this.isStuck || !MAY_END.has(this.reason.code)) return "";
    const { reason, by, at } = this.reason.details;
    const words = CLOSED[reason ?? ""];
    return words && by && at ? say(words, { name: by, at: moment(at) }) : this.sentence();
  }

  /** The banner of the text, or of a page of many. */
  banner() {
    const own = this.text.root.querySelector("[data-text-closed]");
    const box = /** @type {HTMLElement | null} */ (own ?? document.querySelector("[data-texts-closed]"));
    const words = box?.querySelector("[data-closed-words]");
    if (!box || !words) return;
    const said = this.closing();
    if (said && words.textContent !== said) words.textContent = said;
    if (said) box.hidden = false;
    else box.hidden = own !== null || !document.querySelector('[data-state="locked"], [data-state="not_allowed"]') || box.hidden;
  }

  saved() {
    const others = new Set(this.text.people.map((somebody) => somebody.id)).size;
    if (others === 0) return say("textSaved");
    return others === 1 ? say("textSavedWithOne") : say("textSavedWith", { count: others });
  }

  /** Draw soon: typing would change the words with every key. */
  update() {
    this.timer ||= window.setTimeout(() => {
      this.timer = 0;
      this.draw();
    }, SAMPLE);
  }

  draw() {
    const { root, sync, id } = this.text;
    const { name } = this;
    const sentence = this.sentence();
    this.faces();
    const told = `${name} ${sync.kept} ${sync.version} ${sentence} ${this.closing()}`;
    if (told === this.shown) return;
    this.shown = told;
    if (name === "saved" && root.dataset.state === "saving") this.fresh();
    root.dataset.state = name;
    const box = root.querySelector("[data-text-state]");
    if (box && box.textContent !== sentence) box.textContent = sentence;
    this.unsent();
    this.banner();
    root.dispatchEvent(
      new CustomEvent("text:state", { bubbles: true, detail: { text: id, state: name, kept: sync.kept, sentence } }),
    );
  }

  /** For a moment: a page of many texts says only of the one just written that it is saved. */
  fresh() {
    const { root } = this.text;
    window.clearTimeout(this.freshness);
    root.toggleAttribute("data-fresh", true);
    this.freshness = window.setTimeout(() => root.removeAttribute("data-fresh"), FRESH);
  }

  /** What to do with words that will not be saved, or only after signing in. */
  unsent() {
    const { root, sync } = this.text;
    const box = /** @type {HTMLElement | null} */ (root.querySelector("[data-text-unsent]"));
    if (!box) return;
    box.replaceChildren();
    if (this.line === "signed-out") box.append(this.signIn());
    else if (this.isStuck && sync.kept > 0) box.append(...this.rescue());
    box.hidden = box.childElementCount === 0;
  }

  signIn() {
    const link = document.createElement("a");
    link.className = "btn btn-primary";
    link.href = `${document.body.dataset.signIn}?next=${encodeURIComponent(location.pathname + location.search)}&ended=1`;
    link.textContent = say("textSignIn");
    return link;
  }

  rescue() {
    const note = document.createElement("p");
    note.textContent = say("textUnsent");
    const words = document.createElement("pre");
    words.className = "text-rescue";
    words.tabIndex = 0;
    words.textContent = this.text.unsentWords();
    const copy = document.createElement("button");
    copy.type = "button";
    copy.className = "btn";
    copy.textContent = say("textCopy");
    copy.addEventListener("click", async () => {
      await navigator.clipboard.writeText(words.textContent ?? "");
      copy.textContent = say("textCopied");
    });
    const discard = document.createElement("button");
    discard.type = "button";
    discard.className = "btn btn-quiet";
    discard.textContent = say("textDiscard");
    discard.addEventListener("click", () => this.text.discard());
    return [note, words, copy, discard];
  }

  faces() {
    const box = /** @type {HTMLElement | null} */ (this.text.root.querySelector("[data-text-people]"));
    if (!box) return;
    const { people } = this.text;
    const faces = people.map((somebody) => {
      const face = document.createElement("span");
      face.className = "av";
      face.dataset.p = String(somebody.colour);
      face.title = somebody.name;
      face.setAttribute("aria-hidden", "true");
      face.textContent = initials(somebody.name);
      return face;
    });
    box.replaceChildren(...faces);
    box.hidden = people.length === 0;
    box.setAttribute("role", "img");
    box.setAttribute("aria-label", `${say("textWriting")} ${people.map((somebody) => somebody.name).join(", ")}`);
  }
}
