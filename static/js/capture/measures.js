/**
 * What a tap means, for every way of measuring. Pure: a state goes in, another comes out, and the old one stays, so that
 * every step can be taken back. `result` says what the state comes to, in the goal's own unit, with the raw data that the
 * server scores by the same rule (`progress/arithmetic/raw.py`).
 */

import { halt, isRunning, run, stopped, tick } from "./stopwatch.js";

/** @typedef {import("./stopwatch.js").Watch} Watch */
/** @typedef {import("./stopwatch.js").Instant} Instant */

/**
 * @typedef {object} State
 * @property {string[]} [marks] "+", "-", "p:gesture"; of steps also "" where none was taken yet
 * @property {boolean[]} [intervals]
 * @property {string} [prompt] what the next prompted trial gets, or the level of help that was needed
 * @property {number} [count]
 * @property {number} [errors]
 * @property {number[]} [episodes] milliseconds
 * @property {Watch} [watch]
 * @property {string} [level]
 * @property {string} [text]
 * @property {string} [of]
 */

/** @typedef {{value: number, raw: Record<string, any> | null, second?: number | null}} Result */
/** @typedef {{prompts?: string[], minutes?: number | null, seconds?: number | null}} Known */

/** Which of the pads a way of measuring uses. */
export const MODES = /** @type {Record<string, string>} */ ({
  trials: "trials",
  count: "count",
  rate: "count",
  probe: "probe",
  minutes: "timer",
  latency: "timer",
  between: "timer",
  partial: "intervals",
  whole: "intervals",
  momentary: "intervals",
  rubric: "rubric",
  attainment: "rubric",
  prompt: "prompts",
  steps: "steps",
  percent: "number",
  sample: "number",
});

/** @param {number} number */
export function rounded(number) {
  return Math.round(number * 100) / 100;
}

/**
 * @param {string} scale
 * @param {number} [steps] of a task analysis
 * @returns {State}
 */
export function begin(scale, steps = 0) {
  switch (MODES[scale]) {
    case "count":
      return { count: 0, watch: stopped() };
    case "probe":
      return { count: 0, errors: 0, watch: stopped() };
    case "timer":
      return { episodes: [], watch: stopped() };
    case "intervals":
      return { intervals: [], watch: stopped() };
    case "rubric":
      return { level: "" };
    case "prompts":
      return { prompt: "" };
    case "number":
      return { text: "" };
    case "steps":
      return { marks: Array.from({ length: steps }, () => "") };
    default:
      return { marks: [] };
  }
}

/** One more trial. @param {State} state @param {string} mark @returns {State} */
export function mark(state, mark) {
  return { ...state, marks: [...(state.marks ?? []), mark] };
}

/** Another result for one that is there. @param {State} state @param {number} at @param {string} mark @returns {State} */
export function remark(state, at, mark) {
  return { ...state, marks: (state.marks ?? []).map((one, place) => (place === at ? mark : one)) };
}

/** What a tap on a result makes of it: correct, incorrect, prompted, and round again. @param {string} mark @param {string} prompt */
export function next(mark, prompt) {
  if (mark === "" || mark.startsWith("p")) return "+";
  return mark === "+" ? "-" : prompted(prompt);
}

/** @param {string} prompt the key of a level, or nothing */
export function prompted(prompt) {
  return prompt ? `p:${prompt}` : "p";
}

/** @param {State} state @param {boolean} mark @returns {State} */
export function interval(state, mark) {
  return { ...state, intervals: [...(state.intervals ?? []), mark] };
}

/** @param {State} state @param {number} at @returns {State} */
export function turn(state, at) {
  return { ...state, intervals: (state.intervals ?? []).map((one, place) => (place === at ? !one : one)) };
}

/**
 * @param {State} state
 * @param {number} by
 * @param {"count" | "errors"} [what]
 * @returns {State}
 */
export function add(state, by, what = "count") {
  return { ...state, [what]: Math.max(0, (state[what] ?? 0) + by) };
}

/** Start or stop; a time that is stopped is an episode. @param {State} state @param {Instant} now @returns {State} */
export function toggle(state, now) {
  const watch = state.watch ?? stopped();
  if (!isRunning(watch)) return { ...state, watch: run(state.episodes ? stopped() : watch, now) };
  if (!state.episodes) return { ...state, watch: halt(watch, now) };
  return { ...state, episodes: [...state.episodes, halt(watch, now).ms], watch: stopped() };
}

/** End an episode and begin the next at once. @param {State} state @param {Instant} now @returns {State} */
export function lap(state, now) {
  const watch = state.watch ?? stopped();
  const ended = isRunning(watch) ? [halt(watch, now).ms] : [];
  return { ...state, episodes: [...(state.episodes ?? []), ...ended], watch: run(stopped(), now) };
}

/** The same with the time up to now in it. @param {State} state @param {Instant} now @returns {State} */
export function passed(state, now) {
  return state.watch ? { ...state, watch: tick(state.watch, now) } : state;
}

/** @param {State} state @param {Instant} now */
export function elapsed(state, now) {
  return state.watch ? tick(state.watch, now).ms : 0;
}

/**
 * The number that a keypad makes: a digit, a point, or a digit less.
 * @param {State} state
 * @param {string} key
 * @returns {State}
 */
export function type(state, key) {
  const text = state.text ?? "";
  if (key === "back") return { ...state, text: text.slice(0, -1) };
  const added = key === "." && text === "" ? "0." : text + key;
  return /^\d{1,7}(\.\d{0,2})?$/.test(added) ? { ...state, text: added } : state;
}

/** @param {State} state @param {string} [mark] */
export function tally(state, mark = "+") {
  return (state.marks ?? []).filter((one) => one !== "" && one[0] === mark[0]).length;
}

/** How many trials, steps or intervals were taken. @param {State} state */
export function taken(state) {
  return (state.intervals ?? (state.marks ?? []).filter((one) => one !== "")).length;
}

/** Whether nothing was taken that somebody would miss. @param {State} state */
export function isEmpty(state) {
  const hasTime = (state.episodes?.length ?? 0) > 0 || (state.watch?.ms ?? 0) > 0 || Boolean(state.watch?.last);
  return !(taken(state) || hasTime || state.count || state.errors || state.level || state.text || isHelp(state));
}

/** @param {State} state */
function isHelp(state) {
  return !state.marks && Boolean(state.prompt);
}

/** @param {number[]} all */
function sum(all) {
  return all.reduce((total, one) => total + one, 0);
}

/**
 * What a state comes to, or nothing while it comes to nothing.
 * @param {string} scale
 * @param {State} state
 * @param {Instant} now
 * @param {Known} [known]
 * @returns {Result | null}
 */
export function result(scale, state, now, known = {}) {
  if (isEmpty(state)) return null;
  const seconds = Math.round(elapsed(state, now) / 1000);
  switch (MODES[scale]) {
    case "count":
      return counted(scale, state, seconds || Math.round((known.minutes ?? 0) * 60));
    case "probe":
      return probed(state, seconds || known.seconds || 60);
    case "timer":
      return timed(scale, state);
    case "intervals":
      return share(state.intervals ?? [], (one) => one, { intervals: state.intervals, seconds: known.seconds ?? 60 });
    case "rubric":
      return { value: Number(state.level), raw: { level: Number(state.level) } };
    case "prompts":
      return helped(state.prompt ?? "", known.prompts ?? []);
    case "number":
      return numbered(scale, state);
    default: {
      const marks = (state.marks ?? []).filter((one) => one !== "");
      return share(marks, (one) => one === "+", { [scale]: marks });
    }
  }
}

/**
 * @template T
 * @param {T[]} all
 * @param {(one: T) => boolean} isHit
 * @param {Record<string, any>} raw
 * @returns {Result | null}
 */
function share(all, isHit, raw) {
  return all.length ? { value: rounded((all.filter(isHit).length / all.length) * 100), raw } : null;
}

/**
 * @param {string} scale
 * @param {State} state
 * @param {number} seconds
 * @returns {Result | null}
 */
function counted(scale, state, seconds) {
  const count = state.count ?? 0;
  if (scale === "count") return { value: count, raw: seconds ? { count, seconds } : { count } };
  return seconds ? { value: rounded((count * 60) / seconds), raw: { count, seconds } } : null;
}

/** @param {State} state @param {number} seconds @returns {Result | null} */
function probed(state, seconds) {
  const [correct, errors] = [state.count ?? 0, state.errors ?? 0];
  if (correct + errors === 0) return null;
  const second = rounded((correct / (correct + errors)) * 100);
  return { value: rounded((correct * 60) / seconds), raw: { correct, errors, seconds }, second };
}

/** @param {string} scale @param {State} state @returns {Result | null} */
function timed(scale, state) {
  const seconds = (state.episodes ?? []).map((ms) => Math.round(ms / 100) / 10);
  if (seconds.length === 0) return null;
  const value = scale === "minutes" ? sum(seconds) / 60 : sum(seconds) / seconds.length;
  return { value: rounded(value), raw: { seconds } };
}

/** @param {string} prompt @param {string[]} prompts least help first @returns {Result | null} */
function helped(prompt, prompts) {
  const at = prompts.indexOf(prompt);
  if (at < 0) return null;
  const most = prompts.length - 1;
  return { value: most ? rounded((100 * (most - at)) / most) : 100, raw: { prompt } };
}

/** @param {string} scale @param {State} state @returns {Result | null} */
function numbered(scale, state) {
  const value = Number(state.text);
  if (!state.text || !Number.isFinite(value)) return null;
  const whole = Number.isInteger(value) && scale === "sample";
  return { value, raw: whole ? { points: value, ...(state.of ? { of: Number(state.of) } : {}) } : null };
}
