/** The pads of each way of measuring. `draw` builds them for a draft; the page draws again after every change. */

import { choices, h, icon, speak, written } from "./dom.js";
import * as measures from "./measures.js";
import { face, instant, isRunning } from "./stopwatch.js";
import { say } from "../words.js";

/** @typedef {import("./measures.js").State} State */

/**
 * @typedef {object} Goal
 * @property {string} id
 * @property {string} title
 * @property {string} scale
 * @property {string} unit
 * @property {boolean} is_percent
 * @property {number} trials
 * @property {number} interval_seconds
 * @property {number} intervals
 * @property {number} probe_seconds
 * @property {string[]} steps
 * @property {{value: number, title: string, words: string}[]} levels
 * @property {{day: string, value: number, text: string}[]} recent
 * @property {string} summary
 * @property {string} last
 * @property {string} instructions
 * @property {string} spark
 * @property {number} number
 * @property {number} total
 * @property {number | null} largest
 */

/** @typedef {{key: string, name: string, hint: string}} Prompt */

/**
 * @typedef {object} Stage
 * @property {Goal} goal
 * @property {State} state
 * @property {string} given the student's first name
 * @property {Prompt[]} prompts least help first
 * @property {string} prompt the chosen one for the next prompted trial
 * @property {measures.Known} known
 * @property {(next: State, sentence?: string) => void} change
 * @property {(key: string) => void} choosePrompt
 */

/** @param {Stage} stage */
function score(stage) {
  return measures.result(stage.goal.scale, stage.state, instant(), stage.known);
}

/** @param {number} value @param {Goal} goal */
export function valued(value, goal) {
  return goal.is_percent ? `${written(value, 0)}%` : written(value);
}

/** @param {string} css @param {string} sign @param {string} label @param {() => void} onclick @param {string} key */
function pad(css, sign, label, onclick, key = "") {
  const hint = key ? { "aria-keyshortcuts": key, "data-shortcut": key } : {};
  return h("button", { type: "button", class: `pad ${css}`, onclick, ...hint }, h("span", { class: "big", "aria-hidden": "true" }, sign), label);
}

/** @param {Stage} stage */
function trials(stage) {
  const { goal, state } = stage;
  const marks = state.marks ?? [];
  const right = measures.tally(state, "+");
  const helped = measures.tally(state, "p");
  const found = score(stage);
  const sum = say("trialsRight", { right, of: marks.length });
  const rest = say("trialsRest", { prompted: helped, wrong: marks.length - right - helped });
  const names = { "+": say("correct"), "-": say("incorrect"), p: say("prompted") };
  const named = (/** @type {string} */ mark) => names[/** @type {"+"} */ (mark[0])];
  const many = Math.max(goal.trials, marks.length + (marks.length < goal.trials ? 0 : 1));
  const strip = h("ol", { class: "cap-strip", "aria-label": say("trials") });
  for (let at = 0; at < many; at += 1) strip.append(h("li", {}, trial(stage, at, named)));
  const go = (/** @type {string} */ mark) => {
    const sentence = say("trialIs", { number: marks.length + 1, result: named(mark) });
    stage.change(measures.mark(state, mark), sentence);
  };
  return [
    h(
      "div",
      { class: "cap-sum" },
      h("p", { class: "cap-figure", id: "score" }, found ? valued(found.value, goal) : "–"),
      h("p", { class: "cap-said" }, h("b", {}, sum), h("span", {}, rest)),
      h("p", { class: "cap-tip" }, say("tapToCorrect")),
    ),
    strip,
    history(goal, found?.value ?? null),
    promptRow(stage),
    h(
      "div",
      { class: "cap-pads three", "data-pads": true },
      pad("pad-minus", "−", say("incorrect"), () => go("-"), "1"),
      pad("pad-prompt", "P", say("prompted"), () => go(measures.prompted(stage.prompt)), "2"),
      pad("pad-plus", "+", say("correct"), () => go("+"), "3"),
    ),
  ];
}

/** @param {Stage} stage @param {number} at @param {(mark: string) => string} named */
function trial(stage, at, named) {
  const mark = stage.state.marks?.[at];
  const isNext = at === (stage.state.marks?.length ?? 0);
  const label = say("trialIs", { number: at + 1, result: mark ? named(mark) : say("notScored") });
  const css = { "+": "plus", "-": "minus", p: "prompt" }[mark?.[0] ?? ""] ?? "";
  const sign = { "+": "+", "-": "−", p: "P" }[mark?.[0] ?? ""] ?? String(at + 1);
  if (!mark) return h("span", { class: `trial ${isNext ? "cur" : ""}`, role: "img", "aria-label": label }, h("span", { "aria-hidden": "true" }, sign));
  const onclick = () => {
    const to = measures.next(mark, stage.prompt);
    stage.change(measures.remark(stage.state, at, to), say("trialIs", { number: at + 1, result: named(to) }));
    document.getElementById(`trial-${at}`)?.focus();
  };
  return h("button", { type: "button", id: `trial-${at}`, class: `trial ${css}`, "aria-label": label, onclick }, h("span", { "aria-hidden": "true" }, sign));
}

/** @param {Stage} stage */
function promptRow(stage) {
  const options = stage.prompts.slice(1).map((one) => ({ value: one.key, parts: [one.name] }));
  if (options.length === 0) return null;
  const row = choices(say("whichPrompt"), "cap-row", options, stage.prompt, stage.choosePrompt);
  return h("div", { class: "cap-which" }, h("p", { class: "cap-label", "aria-hidden": "true" }, say("whichPrompt")), row);
}

/** The last sessions as bars, beside today's. @param {Goal} goal @param {number | null} today */
function history(goal, today) {
  const bars = [...goal.recent];
  if (today !== null) bars.push({ day: say("today"), value: today, text: valued(today, goal) });
  if (bars.length === 0) return h("div", { class: "cap-space" });
  const top = goal.largest ?? Math.max(1, ...bars.map((bar) => bar.value));
  const label = `${say("lastSessions")} ${bars.map((bar) => `${bar.day} ${bar.text}`).join(", ")}`;
  const drawn = bars.map((bar, at) => {
    const share = Math.max(0, Math.min(100, (bar.value / top) * 100));
    const isNow = today !== null && at === bars.length - 1;
    const box = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    box.setAttribute("class", "cap-bar");
    const rect = document.createElementNS("http://www.w3.org/2000/svg", "rect");
    for (const [name, value] of Object.entries({ x: 0, y: `${100 - share}%`, width: "100%", height: `${share}%`, rx: 6 })) rect.setAttribute(name, String(value));
    box.append(rect);
    return h("span", { class: isNow ? "now" : "", "aria-hidden": "true" }, h("b", {}, bar.text), box, bar.day);
  });
  return h("figure", { class: "cap-history", role: "img", "aria-label": label }, ...drawn);
}

/** @param {Stage} stage */
function count(stage) {
  const { goal, state } = stage;
  const found = score(stage);
  const isRate = goal.scale === "rate";
  const change = (/** @type {number} */ by) => {
    const watched = isRate && by > 0 && !state.count && !isRunning(state.watch ?? { ms: 0, last: null }) ? measures.toggle(state, instant()) : state;
    const next = measures.add(watched, by);
    stage.change(next, say("countIs", { count: next.count ?? 0 }));
  };
  const words = [goal.unit, face(measures.elapsed(state, instant()))];
  const line = h("p", { class: "cap-under" }, h("span", { "data-words": true }, words.join(" · ")));
  if (isRate && found) line.append(" · ", h("b", { "data-rate": true }, say("aMinute", { value: written(found.value) })));
  return [
    h("div", { class: "cap-middle" }, h("p", { class: "cap-huge", id: "score" }, String(state.count ?? 0)), line, h("p", { class: "cap-quiet" }, goal.summary), clockButton(stage)),
    h(
      "div",
      { class: "cap-pads two", "data-pads": true },
      pad("", "−1", say("takeOneOff"), () => change(-1), "1"),
      pad("pad-brand", "+1", say("countIt"), () => change(1), "2"),
    ),
  ];
}

/** @param {Stage} stage */
function clockButton(stage) {
  const running = isRunning(stage.state.watch ?? { ms: 0, last: null });
  const onclick = () => stage.change(measures.toggle(stage.state, instant()), say(running ? "clockStopped" : "clockRuns"));
  return h("button", { type: "button", class: "btn cap-clock", onclick, "aria-pressed": String(running), "data-shortcut": "Space" }, icon(running ? "pause" : "play"), say(running ? "stopClock" : "startClock"));
}

/** @param {Stage} stage */
function probe(stage) {
  const { goal, state } = stage;
  const found = score(stage);
  const side = (/** @type {"count" | "errors"} */ what, /** @type {string} */ label, /** @type {string} */ css, /** @type {string} */ key) => {
    const change = (/** @type {number} */ by) => stage.change(measures.add(state, by, what), `${label}: ${Math.max(0, (state[what] ?? 0) + by)}`);
    const onchange = (/** @type {Event} */ event) => {
      const typed = Number.parseInt(/** @type {HTMLInputElement} */ (event.target).value, 10);
      if (Number.isFinite(typed)) stage.change({ ...state, [what]: Math.max(0, Math.min(10_000, typed)) }, `${label}: ${typed}`);
    };
    const field = h("input", { class: "cap-typed", id: `probe-${what}`, inputmode: "numeric", autocomplete: "off", value: String(state[what] ?? 0), onchange });
    return h(
      "div",
      { class: "cap-side" },
      h("label", { class: "cap-label", for: `probe-${what}` }, label),
      field,
      pad(css, "+1", label, () => change(1), key),
      h("button", { type: "button", class: "btn", onclick: () => change(-1) }, "−1", h("span", { class: "sr-only" }, ` ${label}`)),
    );
  };
  const ms = measures.elapsed(state, instant());
  const left = Math.max(0, goal.probe_seconds * 1000 - ms);
  const said = found ? `${valued(found.value, goal)} ${goal.unit} · ${say("accurate", { value: written(found.second ?? 0, 0) })}` : goal.summary;
  return [
    h("div", { class: "cap-middle" }, h("p", { class: "cap-big", role: "timer", "data-left": true }, face(left)), h("p", { class: "cap-under", id: "score" }, said), clockButton(stage)),
    h("div", { class: "cap-sides", "data-pads": true }, side("errors", say("errors"), "pad-minus", "1"), side("count", say("rightOnes"), "pad-plus", "3")),
  ];
}

/** @param {Stage} stage */
function timer(stage) {
  const { goal, state } = stage;
  const running = isRunning(state.watch ?? { ms: 0, last: null });
  const found = score(stage);
  const episodes = state.episodes ?? [];
  const chips = episodes.map((ms, at) => h("li", { class: "chip" }, `${at + 1}. ${face(ms)}`));
  if (running) chips.push(h("li", { class: "chip chip-brand" }, say("episodeNow", { number: episodes.length + 1 })));
  const words = found ? `${valued(found.value, goal)} ${goal.unit}` : goal.summary;
  const press = () => stage.change(measures.toggle(state, instant()), say(running ? "clockStopped" : "clockRuns"));
  const lap = () => stage.change(measures.lap(state, instant()), say("episodeNow", { number: episodes.length + 2 }));
  return [
    h("div", { class: "cap-middle" }, h("p", { class: "cap-clockface", role: "timer", "data-face": true }, face(measures.elapsed(state, instant()))), h("p", { class: "cap-under", id: "score" }, words), h("ul", { class: "cap-chips" }, ...chips)),
    h(
      "div",
      { class: "cap-pads two", "data-pads": true },
      h("button", { type: "button", class: "pad", onclick: lap, "data-shortcut": "1" }, icon("flag"), say("newEpisode")),
      h("button", { type: "button", class: "pad pad-brand", onclick: press, "aria-pressed": String(running), "data-shortcut": "Space" }, icon(running ? "pause-big" : "play-big"), say(running ? "stop" : "start")),
    ),
  ];
}

/** @param {Stage} stage */
function intervals(stage) {
  const { goal, state } = stage;
  const all = state.intervals ?? [];
  const running = isRunning(state.watch ?? { ms: 0, last: null });
  const found = score(stage);
  const at = all.length;
  const slot = slotOf(stage);
  const isDue = running && at <= slot;
  const go = (/** @type {boolean} */ yes) => {
    const begun = running ? state : measures.toggle(state, instant());
    if (running && !isDue) return;
    stage.change(measures.interval(begun, yes), say("intervalIs", { number: at + 1, result: say(yes ? "yes" : "no") }));
  };
  const many = Math.max(goal.intervals, at + (at < goal.intervals ? 0 : 1));
  const strip = h("ol", { class: "cap-strip", "aria-label": say("intervals") });
  for (let place = 0; place < many; place += 1) strip.append(h("li", {}, slice(stage, place, place === at)));
  const seen = say(goal.scale === "momentary" ? "lookNow" : "intervalNow", { number: Math.min(at, slot) + 1 });
  return [
    h(
      "div",
      { class: "cap-sum" },
      h("p", { class: "cap-figure", id: "score" }, found ? valued(found.value, goal) : "–"),
      h("p", { class: "cap-said" }, h("b", {}, say("intervalsYes", { yes: all.filter(Boolean).length, of: at })), h("span", {}, running ? (isDue ? seen : say("intervalMarked")) : goal.summary)),
      h("p", { class: "cap-left", role: "timer", "data-interval": true }, face(leftOf(stage))),
    ),
    strip,
    h("div", { class: "cap-space" }, clockButton(stage)),
    h(
      "div",
      { class: "cap-pads two even", "data-pads": true },
      pad("pad-minus", "−", say("no"), () => go(false), "1"),
      pad("pad-plus", "+", say("yes"), () => go(true), "2"),
    ),
  ];
}

/** Which interval the clock is in, from 0. @param {Stage} stage */
function slotOf(stage) {
  return Math.floor(measures.elapsed(stage.state, instant()) / (stage.goal.interval_seconds * 1000));
}

/** Milliseconds until the interval ends. @param {Stage} stage */
function leftOf(stage) {
  const long = stage.goal.interval_seconds * 1000;
  return long - (measures.elapsed(stage.state, instant()) % long);
}

/** @param {Stage} stage @param {number} place @param {boolean} isNext */
function slice(stage, place, isNext) {
  const mark = stage.state.intervals?.[place];
  if (mark === undefined) {
    const label = say("intervalIs", { number: place + 1, result: say("notScored") });
    return h("span", { class: `trial ${isNext ? "cur" : ""}`, role: "img", "aria-label": label }, h("span", { "aria-hidden": "true" }, String(place + 1)));
  }
  const label = say("intervalIs", { number: place + 1, result: say(mark ? "yes" : "no") });
  const onclick = () => {
    stage.change(measures.turn(stage.state, place), say("intervalIs", { number: place + 1, result: say(mark ? "no" : "yes") }));
    document.getElementById(`trial-${place}`)?.focus();
  };
  return h("button", { type: "button", id: `trial-${place}`, class: `trial ${mark ? "plus" : "minus"}`, "aria-label": label, onclick }, h("span", { "aria-hidden": "true" }, mark ? "+" : "−"));
}

/** @param {Stage} stage */
function rubric(stage) {
  const { goal, state } = stage;
  const options = [...goal.levels].reverse().map((one) => ({
    value: String(one.value),
    parts: [h("span", { class: "cap-level" }, String(one.value).replace("-", "−")), h("span", { class: "cap-lines" }, h("b", {}, one.title), h("span", {}, one.words))],
    css: "tall",
  }));
  const choose = (/** @type {string} */ level) => stage.change({ ...state, level }, goal.levels.find((one) => String(one.value) === level)?.title);
  return [h("div", { class: "cap-space" }), h("p", { class: "cap-ask" }, say("chooseLevel")), choices(say("chooseLevel"), "cap-list", options, state.level ?? "", choose)];
}

/** @param {Stage} stage */
function prompts(stage) {
  const most = Math.max(1, stage.prompts.length - 1);
  const options = stage.prompts.map((one, at) => ({
    value: one.key,
    parts: [help(at / most), h("b", {}, one.name), h("span", { class: "cap-hint" }, one.hint)],
  }));
  const choose = (/** @type {string} */ prompt) => stage.change({ ...stage.state, prompt }, stage.prompts.find((one) => one.key === prompt)?.name);
  const asked = say("howMuchHelp", { name: stage.given });
  return [h("div", { class: "cap-space" }), h("p", { class: "cap-ask" }, asked), choices(asked, "cap-list tight", options, stage.state.prompt ?? "", choose)];
}

/** @param {number} share */
function help(share) {
  const box = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  box.setAttribute("class", "cap-help");
  box.setAttribute("aria-hidden", "true");
  for (const [css, width] of [["ground", 100], ["fill", share * 100]]) {
    const rect = document.createElementNS("http://www.w3.org/2000/svg", "rect");
    rect.setAttribute("class", String(css));
    rect.setAttribute("width", `${width}%`);
    rect.setAttribute("height", "100%");
    rect.setAttribute("rx", "4");
    box.append(rect);
  }
  return box;
}

/** @param {Stage} stage */
function steps(stage) {
  const { goal, state } = stage;
  const marks = state.marks ?? [];
  const found = score(stage);
  const list = h("ol", { class: "cap-steps" });
  marks.forEach((mark, at) => {
    const set = (/** @type {string} */ to) => {
      stage.change(measures.remark(state, at, mark === to ? "" : to), `${goal.steps[at] ?? at + 1}: ${{ "+": say("alone"), "-": say("notDone"), p: say("prompted") }[to[0]]}`);
      document.getElementById(`step-${at}-${to[0]}`)?.focus();
    };
    const button = (/** @type {string} */ to, /** @type {string} */ sign, /** @type {string} */ label, /** @type {string} */ css) =>
      h("button", { type: "button", id: `step-${at}-${to[0]}`, class: `cap-step ${css}`, "aria-pressed": String(mark !== "" && mark[0] === to[0]), "aria-label": `${goal.steps[at] ?? at + 1}: ${label}`, onclick: () => set(to) }, h("span", { "aria-hidden": "true" }, sign));
    list.append(
      h("li", {}, h("span", { class: "cap-step-name" }, goal.steps[at] ?? String(at + 1)), h("span", { class: "cap-step-marks" }, button("-", "−", say("notDone"), "minus"), button(measures.prompted(stage.prompt), "P", say("prompted"), "prompt"), button("+", "+", say("alone"), "plus"))),
    );
  });
  return [
    h("div", { class: "cap-sum" }, h("p", { class: "cap-figure", id: "score" }, found ? valued(found.value, goal) : "–"), h("p", { class: "cap-said" }, h("b", {}, say("stepsAlone", { right: measures.tally(state), of: measures.taken(state) })), h("span", {}, say("stepsOf", { of: marks.length })))),
    promptRow(stage),
    list,
  ];
}

/** @param {Stage} stage */
function number(stage) {
  const { goal, state } = stage;
  const keys = ["1", "2", "3", "4", "5", "6", "7", "8", "9", ".", "0", "back"];
  const press = (/** @type {string} */ key) => {
    const next = measures.type(state, key);
    if (next.text !== state.text) stage.change(next, next.text || say("nothingTyped"));
  };
  const buttons = keys.map((key) =>
    h("button", { type: "button", class: "pad cap-key", onclick: () => press(key), "data-shortcut": key === "back" ? "Backspace" : key, "aria-label": key === "back" ? say("backspace") : null }, key === "back" ? icon("delete") : key),
  );
  return [
    h("div", { class: "cap-middle" }, h("p", { class: "cap-huge", id: "score" }, `${state.text || "–"}${goal.is_percent && state.text ? "%" : ""}`), h("p", { class: "cap-under" }, goal.unit), h("p", { class: "cap-quiet" }, goal.summary)),
    h("div", { class: "cap-keys" }, ...buttons),
  ];
}

const VIEWS = { trials, count, probe, timer, intervals, rubric, prompts, steps, number };

/** @param {Stage} stage */
export function draw(stage) {
  const mode = /** @type {keyof typeof VIEWS} */ (measures.MODES[stage.goal.scale] ?? "number");
  return VIEWS[mode](stage).filter((part) => part !== null);
}

/**
 * What only the clock changes, several times a second. Says which interval ended, where one ends by itself.
 * @param {Stage} stage
 */
export function tick(stage) {
  const { goal, state } = stage;
  const ms = measures.elapsed(state, instant());
  const put = (/** @type {string} */ mark, /** @type {string} */ text) => {
    const element = document.querySelector(`[${mark}]`);
    if (element && element.textContent !== text) element.textContent = text;
  };
  put("data-face", face(ms));
  put("data-left", face(Math.max(0, goal.probe_seconds * 1000 - ms)));
  if (measures.MODES[goal.scale] === "count") put("data-words", `${goal.unit} · ${face(ms)}`);
  const found = goal.scale === "rate" ? score(stage) : null;
  if (found) put("data-rate", say("aMinute", { value: written(found.value) }));
  if (measures.MODES[goal.scale] === "probe") endProbe(stage, ms);
  if (measures.MODES[goal.scale] === "intervals") endInterval(stage);
}

/** @param {Stage} stage @param {number} ms */
function endProbe(stage, ms) {
  if (ms < stage.goal.probe_seconds * 1000 || !isRunning(stage.state.watch ?? { ms: 0, last: null })) return;
  const watch = { ms: stage.goal.probe_seconds * 1000, last: null };
  stage.change({ ...stage.state, watch }, say("timeIsUp"));
}

/** A partial interval in which nothing was seen is a no, a whole one in which nothing broke off is a yes. @param {Stage} stage */
function endInterval(stage) {
  const { goal, state } = stage;
  const left = document.querySelector("[data-interval]");
  const text = face(leftOf(stage));
  if (left && left.textContent !== text) left.textContent = text;
  const at = state.intervals?.length ?? 0;
  const isOver = isRunning(state.watch ?? { ms: 0, last: null }) && at < slotOf(stage);
  if (isOver && goal.scale !== "momentary") {
    const kept = goal.scale === "whole";
    stage.change(measures.interval(state, kept), say("intervalIs", { number: at + 1, result: say(kept ? "yes" : "no") }));
  } else if (isOver && left && left.getAttribute("data-due") !== String(at)) {
    left.setAttribute("data-due", String(at));
    speak(say("lookNow", { number: at + 1 }));
  }
}
