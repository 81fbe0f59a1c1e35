/** What opens over the pads: the note, the goals of a student, and what still waits on the device. */

import { drawing, h, icon, written } from "./dom.js";
import * as shelf from "./shelf.js";
import { say } from "../words.js";

/** @typedef {import("./send.js").Entry} Entry */
/** @typedef {import("./send.js").Doors} Doors */

/** @param {string} title @param {(close: () => void) => (Node | null)[]} build */
function open(title, build) {
  const before = /** @type {HTMLElement | null} */ (document.activeElement);
  const dialog = /** @type {HTMLDialogElement} */ (h("dialog", { class: "cap-dialog", "aria-labelledby": "panel-title" }));
  const close = () => dialog.close();
  const top = h("header", {}, h("h2", { id: "panel-title" }, title), h("button", { type: "button", class: "icon-btn", "aria-label": say("close"), onclick: close }, icon("x")));
  dialog.append(top, ...build(close).filter((part) => part !== null));
  dialog.addEventListener("close", () => {
    dialog.remove();
    if (before?.isConnected) before.focus();
    else document.getElementById(before?.id ?? "")?.focus();
  });
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) close();
  });
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

const LINES = [
  ["note", 2000],
  ["antecedent", 300],
  ["behavior", 300],
  ["consequence", 300],
];

/**
 * @param {{fields: Record<string, any>, settings: string[], title: string, today: string}} about
 * @param {(fields: Record<string, any>) => void} onKeep
 */
export function writeNote(about, onKeep) {
  const { fields } = about;
  open(say("noteTitle", { goal: about.title }), (close) => {
    const form = /** @type {HTMLFormElement} */ (h("form", { class: "cap-form", method: "dialog", novalidate: true }));
    for (const [name, longest] of LINES) {
      const area = h("textarea", { class: "textarea", id: `f-${name}`, name, maxlength: longest, rows: name === "note" ? 3 : 1 });
      area.textContent = fields[name] ?? "";
      form.append(h("div", { class: "field" }, h("label", { for: `f-${name}` }, say(`field-${name}`)), area));
    }
    const settings = h("datalist", { id: "settings" }, ...about.settings.map((one) => h("option", { value: one })));
    const setting = h("input", { class: "input", id: "f-setting", name: "setting", maxlength: 60, list: "settings", value: fields.setting ?? "", autocomplete: "off" });
    const minutes = h("input", { class: "input", id: "f-minutes", name: "minutes", inputmode: "numeric", value: fields.minutes ?? "", autocomplete: "off" });
    const day = h("input", { class: "input", id: "f-day", name: "measured_on", type: "date", max: about.today, value: fields.measured_on ?? about.today });
    form.append(
      settings,
      h("div", { class: "field" }, h("label", { for: "f-setting" }, say("field-setting")), setting),
      h("div", { class: "cap-pair" }, h("div", { class: "field" }, h("label", { for: "f-minutes" }, say("field-minutes")), minutes), h("div", { class: "field" }, h("label", { for: "f-day" }, say("field-day")), day)),
      h("button", { type: "submit", class: "btn btn-primary btn-lg" }, say("keepNote")),
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      close();
      onKeep(read(form, about.today));
    });
    return [form];
  });
}

/** @param {HTMLFormElement} form @param {string} today */
function read(form, today) {
  /** @type {Record<string, any>} */
  const found = {};
  for (const [name, value] of new FormData(form)) {
    const text = String(value).trim();
    if (!text || (name === "measured_on" && text === today)) continue;
    if (name === "minutes") {
      const minutes = Number.parseInt(text, 10);
      if (minutes >= 1 && minutes <= 1440) found.minutes = minutes;
    } else found[name] = text;
  }
  return found;
}

/**
 * @param {import("./pads.js").Goal[]} goals
 * @param {string} chosen
 * @param {(id: string) => void} onChoose
 */
export function pickGoal(goals, chosen, onChoose) {
  open(say("chooseGoal"), (close) => {
    const rows = goals.map((one) => {
      const words = h("span", { class: "cap-goal-words" }, h("span", { class: "label-sm" }, say("goalOf", { number: one.number, total: one.total })), h("b", {}, one.title), h("span", { class: "cap-goal-sum" }, one.summary));
      const onclick = () => {
        close();
        onChoose(one.id);
      };
      return h("li", {}, h("button", { type: "button", class: "cap-opt", "aria-current": one.id === chosen ? "true" : null, onclick }, words, h("span", { class: "cap-spark" }, drawing(one.spark))));
    });
    return [h("ul", { class: "cap-goals" }, ...rows)];
  });
}

/**
 * What waits: sent again, mended or discarded, each by the person who took it.
 * @param {Doors} doors
 * @param {() => Promise<void>} flush
 */
export async function reviewWaiting(doors, flush) {
  const entries = /** @type {Entry[]} */ (await shelf.all(doors.person, "entry"));
  open(say("waitingTitle"), (close) => {
    if (entries.length === 0) return [h("p", {}, say("nothingWaits"))];
    const again = async () => {
      close();
      await flush();
    };
    return [h("ul", { class: "cap-waiting" }, ...entries.map((entry) => row(doors, entry, again))), h("button", { type: "button", class: "btn btn-primary btn-lg", onclick: () => void again() }, say("sendNow"))];
  });
}

/** @param {Doors} doors @param {Entry} entry @param {() => Promise<void>} again */
function row(doors, entry, again) {
  const item = h("li", {}, h("b", {}, entry.label));
  if (!entry.refused) {
    item.append(h("span", { class: "muted" }, say("waits")));
    return item;
  }
  const id = entry.client_id;
  const refused = entry.refused;
  const value = entry.fields.raw ? null : h("input", { class: "input", id: `v-${id}`, inputmode: "decimal", value: entry.fields.value ?? "", autocomplete: "off" });
  const day = h("input", { class: "input", id: `d-${id}`, type: "date", value: entry.measured_on ?? "" });
  const mend = async () => {
    const typed = value ? /** @type {HTMLInputElement} */ (value).value.trim().replace(",", ".") : "";
    const chosen = /** @type {HTMLInputElement} */ (day).value;
    const said = { clock_is_wrong: { is_day_confirmed: true }, same_probe: { is_another_probe: true } }[refused.code] ?? {};
    const fields = { ...entry.fields, ...(typed ? { value: typed } : {}), ...said };
    const label = typed ? entry.label.replace(/: [^:]*$/, `: ${written(Number(typed))}`) : entry.label;
    // A new id: what was refused may be on record already under the old one, with other values.
    const fresh = { ...entry, fields, label, refused: null, client_id: crypto.randomUUID(), ...(chosen ? { measured_on: chosen } : {}) };
    await shelf.put(doors.person, "entry", fresh.client_id, fresh);
    await shelf.drop(doors.person, "entry", id);
    await again();
  };
  const discard = async () => {
    if (item.querySelector("[data-sure]")) {
      await shelf.drop(doors.person, "entry", id);
      await again();
      return;
    }
    item.append(h("p", { class: "cap-sure", role: "status", "data-sure": "" }, say("sureDiscard")));
  };
  item.append(h("p", { class: "cap-why" }, icon("circle-alert"), h("span", {}, refused.message)));
  if (value) item.append(h("div", { class: "field" }, h("label", { for: `v-${id}` }, say("field-value")), value));
  item.append(
    h("div", { class: "field" }, h("label", { for: `d-${id}` }, say("field-day")), day),
    h("div", { class: "cap-acts" }, h("button", { type: "button", class: "btn btn-primary", onclick: () => void mend() }, say("sendAgain")), h("button", { type: "button", class: "btn", onclick: () => void discard() }, say("discardScore"))),
  );
  return item;
}
