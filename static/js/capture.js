/** The capture page: several students, one hand, with or without a network. */

import * as clock from "./capture/clock.js";
import { drawing, h, icon, speak } from "./capture/dom.js";
import * as measures from "./capture/measures.js";
import * as pads from "./capture/pads.js";
import { pickGoal, reviewWaiting, writeNote } from "./capture/panels.js";
import * as send from "./capture/send.js";
import * as shelf from "./capture/shelf.js";
import { instant } from "./capture/stopwatch.js";
import { say } from "./words.js";

/** @typedef {import("./capture/pads.js").Goal} Goal */
/** @typedef {{id: string, name: string, given: string, initials: string, topic: string, goals: Goal[]}} Student */
/** @typedef {{title: string, zone: string, prompts: import("./capture/pads.js").Prompt[], settings: string[], students: Student[], steps_url?: string}} Session */
/** @typedef {Record<string, any>} Fields */
/** @typedef {{state: measures.State, fields: Fields, taken: import("./capture/stopwatch.js").Instant | null}} Draft */
/** @typedef {{goal: string, before: Draft | null} | {sent: send.Entry[], drafts: Record<string, Draft>, student: string}} Step */

const MOST_STEPS = 300;
const TICK = 200;
const TRY_AGAIN = 5000;

const root = /** @type {HTMLElement | null} */ (document.querySelector("[data-capture]"));
const listing = /** @type {HTMLElement | null} */ (document.querySelector("[data-kept]"));
const doors = doorsOf(root ?? listing);
const name = new URLSearchParams(location.search).toString() || "mine";

/** @type {Session} */
let session;
let student = "";
let began = instant();
/** @type {Record<string, string>} the goal in view of each student */
const goals = {};
/** @type {Record<string, Draft>} by goal */
let drafts = {};
/** @type {Record<string, string>} what was saved in this session, by goal */
let saved = {};
/** @type {Step[]} */
let steps = [];
/** @type {Map<string, string>} points by the id that was made here */
const points = new Map();
let prompt = "";
/** @type {send.Outcome} */
let outcome = "saved";
let colleagues = 0;
/** @type {send.Entry[]} what waited on the device when it was looked at last */
let left = [];

/** @param {HTMLElement | null} box */
function doorsOf(box) {
  const { hello = "", save = "", undo = "", data = "", worker = "", home = "" } = box?.dataset ?? {};
  return { hello, save, undo, data, worker, home, person: document.body.dataset.person ?? "" };
}

/** @template {HTMLElement} T @param {string} id @returns {T} */
function part(id) {
  return /** @type {T} */ (document.getElementById(id));
}

/* What is in view */

function who() {
  return session.students.find((one) => one.id === student) ?? session.students[0];
}

function goal() {
  const mine = who();
  return mine.goals.find((one) => one.id === goals[mine.id]) ?? mine.goals[0];
}

/** @param {Goal} one @returns {Draft} */
function fresh(one) {
  return { state: measures.begin(one.scale, one.steps.length), fields: {}, taken: null };
}

/** @param {Goal} one */
function draftOf(one) {
  return drafts[one.id] ?? fresh(one);
}

/** @param {Goal} one @param {Draft} draft @returns {measures.Known} */
function known(one, draft) {
  const seconds = measures.MODES[one.scale] === "intervals" ? one.interval_seconds : one.probe_seconds;
  return { prompts: session.prompts.map((level) => level.key), minutes: Number(draft.fields.minutes) || null, seconds };
}

/** @returns {pads.Stage} */
function stage() {
  const one = goal();
  const draft = draftOf(one);
  return {
    goal: one,
    state: draft.state,
    given: who().given,
    prompts: session.prompts,
    prompt,
    known: known(one, draft),
    change: (state, sentence) => change(one, { ...draftOf(one), state }, sentence),
    choosePrompt(key) {
      prompt = key;
      draw();
    },
  };
}

/* Changes, each of which can be taken back */

/** @param {Goal} one @param {Draft} next @param {string} [sentence] */
function change(one, next, sentence) {
  steps = [...steps, { goal: one.id, before: drafts[one.id] ?? null }].slice(-MOST_STEPS);
  drafts = { ...drafts, [one.id]: { ...next, taken: next.taken ?? instant() } };
  keep();
  draw();
  if (sentence) speak(sentence);
  navigator.vibrate?.(12);
}

let undoing = Promise.resolve();

/** Take the last step back; one after another, however fast the taps. */
function undo() {
  undoing = undoing.catch(() => undefined).then(undoLast);
}

async function undoLast() {
  const step = steps.at(-1);
  if (!step) {
    speak(say("nothingToUndo"));
    return;
  }
  const sent = "sent" in step ? step.sent : [];
  if ("sent" in step && !(await takeBack(step))) return;
  steps = steps.slice(0, -1);
  if ("sent" in step) {
    drafts = { ...drafts, ...step.drafts };
    for (const entry of sent) delete saved[entry.goal_id];
    student = step.student;
  } else {
    const { [step.goal]: gone, ...rest } = drafts;
    drafts = step.before ? { ...rest, [step.goal]: step.before } : rest;
    const owner = session.students.find((one) => one.goals.some((each) => each.id === step.goal));
    if (owner) {
      student = owner.id;
      goals[owner.id] = step.goal;
    }
  }
  keep();
  draw();
  speak(say("undone"));
}

/** Take scores out of the queue, or off the record where they are there already. @param {{sent: send.Entry[]}} step which keeps those that are left when one cannot be */
async function takeBack(step) {
  await keeping;
  for (const entry of step.sent) {
    const point = await send.alone(doors, () => unqueue(entry.client_id));
    const isGone = point === "" || (point !== null && (await takeOffRecord(point)));
    if (!isGone) {
      const why = say(point ? "undoNeedsNetwork" : "undoElsewhere");
      speak(why);
      status(why);
      return false;
    }
    step.sent = step.sent.filter((one) => one !== entry);
  }
  return true;
}

/** @param {string} point */
async function takeOffRecord(point) {
  const { outcome: now } = await send.greet(doors);
  return now === "saved" && send.undo(doors.undo.replace("00000000-0000-0000-0000-000000000000", point));
}

/** Take an entry out of the queue. Returns "" if it was there, else its point on record, or null when another page sent it. @param {string} id */
async function unqueue(id) {
  const point = points.get(id);
  if (point) return point;
  const entries = /** @type {send.Entry[]} */ (await shelf.all(doors.person, "entry"));
  if (!entries.some((entry) => entry.client_id === id)) return null;
  await shelf.drop(doors.person, "entry", id);
  return "";
}

/** @type {Promise<void>} */
let keeping = Promise.resolve();

/** Write the session down on the device, one writing after another. @param {send.Entry[]} [entries] that leave it for the queue */
function keep(entries = []) {
  const isFull = Object.values(drafts).some((draft) => !measures.isEmpty(draft.state) || draft.fields.note);
  const value = { goals: { ...goals }, drafts, steps, student, began, saved: { ...saved }, points: [...points], prompt, offset: clock.ahead() };
  const leaving = entries.map((entry) => ({ kind: "entry", id: entry.client_id, value: entry }));
  const things = [...leaving, { kind: "draft", id: name, value, isFull }];
  keeping = keeping.then(() => shelf.putAll(doors.person, things)).catch(() => undefined);
  // Only what is written down is said to be kept.
  void keeping.then(() => status());
}

/* Saving */

/** What a draft comes to, as it is sent. @param {Student} whose @param {Goal} one @param {Draft} draft @returns {send.Entry | null} */
function entryOf(whose, one, draft) {
  const found = measures.result(one.scale, closed(draft.state), instant(), known(one, draft));
  if (!found) return null;
  const { measured_on: chosen, ...fields } = draft.fields;
  return {
    client_id: crypto.randomUUID(),
    goal_id: one.id,
    taken: draft.taken ?? instant(),
    ...(chosen ? { measured_on: chosen } : {}),
    zone: session.zone,
    fields: { ...fields, ...(found.raw ? { raw: found.raw } : { value: String(found.value) }) },
    label: say("entryLabel", { name: whose.given, goal: one.title, score: pads.valued(found.value, one) }),
  };
}

/** An episode that still runs ends with the session. @param {measures.State} state */
function closed(state) {
  return state.episodes && state.watch?.last ? measures.toggle(state, instant()) : state;
}

/** Put what was taken of a student into the queue. @param {Student} whose */
async function finish(whose) {
  /** @type {send.Entry[]} */
  const entries = [];
  /** @type {Record<string, Draft>} */
  const before = {};
  for (const one of whose.goals) {
    const draft = drafts[one.id];
    const entry = draft ? entryOf(whose, one, draft) : null;
    if (!draft || !entry) continue;
    before[one.id] = draft;
    entries.push(entry);
  }
  if (entries.length === 0) return;
  // At once, so that a tap that follows on the heels belongs to what comes next and is not lost.
  drafts = Object.fromEntries(Object.entries(drafts).filter(([id]) => !before[id]));
  for (const entry of entries) saved[entry.goal_id] = entry.label;
  steps = [...steps, { sent: entries, drafts: before, student: whose.id }].slice(-MOST_STEPS);
  keep(entries);
  await keeping;
  void flush();
}

async function next() {
  const mine = who();
  const at = session.students.indexOf(mine);
  const to = session.students[at + 1];
  const finished = finish(mine);
  if (to) {
    student = to.id;
    here();
    draw();
    part("stage").focus({ preventScroll: true });
    await finished;
    keep();
    return;
  }
  await finished;
  draw();
  await flush();
  showEnd();
}

let retry = 0;

async function flush() {
  window.clearTimeout(retry);
  const before = outcome;
  outcome = await send.flush(doors, (all) => {
    for (const one of all) points.set(one.client_id, one.point_id);
    keep();
  });
  if (outcome === "offline" || outcome === "busy") retry = window.setTimeout(flush, TRY_AGAIN);
  if (before === "offline" && outcome === "saved") speak(say("backOnline"));
  await status();
}

/* What the page says */

/** What waits on the device, once all that was done here is written down. @returns {Promise<send.Entry[]>} */
async function queued() {
  for (;;) {
    const before = keeping;
    await before;
    const entries = /** @type {send.Entry[]} */ (await shelf.all(doors.person, "entry").catch(() => []));
    if (keeping === before) return entries;
  }
}

/** @param {string} [words] */
async function status(words) {
  const chip = document.getElementById("saved");
  if (!chip) return;
  const entries = await queued();
  left = entries;
  document.getElementById("end-rows")?.replaceChildren(...endRows());
  const refused = entries.filter((entry) => entry.refused).length;
  const isTaking = Object.values(drafts).some((draft) => !measures.isEmpty(draft.state));
  const waiting = entries.length - refused;
  const sentence = words ?? statusWords(refused, waiting, isTaking);
  chip.dataset.state = refused ? "refused" : outcome === "saved" ? (waiting || isTaking ? "kept" : "live") : "reconnecting";
  const text = /** @type {HTMLElement} */ (chip.querySelector("[data-saved]"));
  if (text.textContent !== sentence) text.textContent = sentence;
  const wrong = document.getElementById("clock-wrong");
  if (wrong) {
    wrong.hidden = !clock.isWrong();
    const ahead = clock.ahead() ?? 0;
    wrong.textContent = clock.isWrong() ? say(ahead > 0 ? "clockBehind" : "clockAhead", { time: lasted(Math.abs(ahead)) }) : "";
  }
}

/** @param {number} ms */
function lasted(ms) {
  const minutes = Math.round(ms / 60_000);
  if (minutes < 120) return say("minutesLong", { count: minutes });
  return minutes < 48 * 60 ? say("hoursLong", { count: Math.round(minutes / 60) }) : say("daysLong", { count: Math.round(minutes / 1440) });
}

/** @param {number} refused @param {number} waiting @param {boolean} isTaking */
function statusWords(refused, waiting, isTaking) {
  const kept = waiting + (isTaking ? 1 : 0);
  if (refused) return say("refused", { count: refused });
  if (outcome === "signed_out") return say("signInToSend", { count: kept });
  if (outcome === "somebody_else") return say("somebodyElse");
  if (outcome !== "saved" || !navigator.onLine) return kept ? say("offlineKept", { count: kept }) : say("offlineNothing");
  if (waiting) return say("sending", { count: waiting });
  if (isTaking) return say("keptHere");
  if (colleagues === 0) return say("saved");
  return say(colleagues === 1 ? "savedLiveOne" : "savedLive", { count: colleagues });
}

/** @param {Student} one */
function tabWords(one) {
  const taken = one.goals.flatMap((each) => (drafts[each.id] && !measures.isEmpty(drafts[each.id].state) ? [each] : []));
  if (taken.length === 1) {
    const [first] = taken;
    const count = measures.taken(drafts[first.id].state);
    if (first.scale === "trials" && count) return say("ofTrials", { count, of: Math.max(first.trials, count) });
  }
  if (taken.length > 0) return say("underWay");
  return one.goals.some((each) => saved[each.id]) ? say("done") : say("notStarted");
}

/* Drawing */

function tabs() {
  const box = part("students");
  const all = session.students.map((one) => {
    const isChosen = one.id === who().id;
    const attributes = { type: "button", role: "tab", id: `tab-${one.id}`, class: "cap-tab", "aria-selected": String(isChosen), "aria-controls": "stage", tabindex: isChosen ? 0 : -1, onclick: () => show(one.id) };
    const words = h("span", { class: "cap-tab-words" }, h("b", {}, one.given), h("span", {}, tabWords(one)));
    return h("button", attributes, h("span", { class: "av av-stu", "aria-hidden": "true" }, one.initials), words);
  });
  box.replaceChildren(...all);
}

/** @param {string} id */
function show(id) {
  student = id;
  here();
  keep();
  draw();
  document.getElementById(`tab-${id}`)?.focus();
}

function modes() {
  const mine = who();
  const found = new Map(mine.goals.map((one) => [measures.MODES[one.scale], one]).reverse());
  const order = ["trials", "intervals", "count", "probe", "timer", "number", "rubric", "steps", "prompts"].filter((mode) => found.has(mode));
  const box = part("modes");
  box.hidden = order.length < 2;
  box.dataset.count = String(order.length);
  const current = measures.MODES[goal().scale];
  const buttons = order.map((mode) => {
    const isChosen = mode === current;
    const onclick = () => {
      goals[mine.id] = isChosen ? goal().id : /** @type {Goal} */ (found.get(mode)).id;
      keep();
      draw();
      document.getElementById(`mode-${mode}`)?.focus();
    };
    return h("button", { type: "button", role: "tab", id: `mode-${mode}`, "aria-controls": "stage", "aria-selected": String(isChosen), tabindex: isChosen ? 0 : -1, onclick }, icon(mode), h("span", {}, say(`mode-${mode}`)));
  });
  box.replaceChildren(...buttons);
}

function head() {
  const one = goal();
  const button = part("goal");
  const where = say("goalOf", { number: one.number, total: one.total });
  const words = h("span", { class: "cap-goal-words" }, h("span", { class: "label-sm" }, where), h("b", {}, one.title), h("span", { class: "cap-goal-sum" }, one.summary));
  button.replaceChildren(words, h("span", { class: "cap-spark" }, drawing(one.spark)), icon("chevrons-up-down"));
  const box = part("instructions");
  box.hidden = !one.instructions;
  box.textContent = one.instructions;
}

function draw() {
  if (part("stage").dataset.end !== undefined) delete part("stage").dataset.end;
  const focused = document.activeElement?.id ?? "";
  const value = /** @type {HTMLElement | null} */ (document.activeElement)?.dataset?.value;
  tabs();
  modes();
  head();
  const box = part("stage");
  const one = goal();
  const shown = saved[one.id] ? [h("p", { class: "cap-was", role: "status" }, icon("check"), say("savedAs", { label: saved[one.id] }))] : [];
  box.replaceChildren(...shown, ...pads.draw(stage()));
  box.setAttribute("aria-labelledby", `tab-${who().id}`);
  if (focused && !document.getElementById(focused)?.matches(":focus")) document.getElementById(focused)?.focus();
  if (value) /** @type {HTMLElement | null} */ (box.querySelector(`[data-value="${CSS.escape(value)}"]`))?.focus();
  const at = session.students.indexOf(who());
  const to = session.students[at + 1];
  const button = part("next");
  button.replaceChildren(to ? say("nextIs", { name: to.given }) : say("finish"), icon("arrow-right"));
  part("undo").setAttribute("aria-disabled", String(steps.length === 0));
}

/** What was taken of a goal, and whether it is on record. @param {Goal} one */
function endRow(one) {
  const entry = left.find((each) => each.goal_id === one.id);
  if (!entry) return h("li", {}, icon("check"), saved[one.id]);
  const why = h("span", { class: "cap-end-why" }, entry.refused?.message ?? say("waits"));
  const words = h("span", {}, saved[one.id], why);
  return h("li", { "data-left": entry.refused ? "refused" : "waits" }, icon(entry.refused ? "circle-alert" : "timer"), words);
}

function endRows() {
  return session.students.flatMap((one) => one.goals.filter((each) => saved[each.id]).map(endRow));
}

function showEnd() {
  const rows = endRows();
  const box = part("stage");
  box.dataset.end = "";
  box.replaceChildren(
    h("div", { class: "cap-end" }, h("h2", {}, rows.length ? say("sessionDone") : say("nothingTaken")), h("ul", { id: "end-rows" }, ...rows), h("a", { class: "btn btn-primary btn-lg", href: doors.home }, say("backToDay"))),
  );
  box.focus();
}

/** Tell the server whose page this is, so that colleagues see it and we see them. */
function here() {
  const mark = part("here");
  mark.dataset.here = who().topic;
  const box = part("colleagues");
  box.dataset.present = who().topic;
  colleagues = 0;
  document.dispatchEvent(new CustomEvent("here:moved"));
}

function watchColleagues() {
  const box = part("colleagues");
  new MutationObserver(() => {
    colleagues = box.querySelectorAll(".av:not(.is-away)").length;
    void status();
  }).observe(box, { childList: true });
}

let since = 0;

function tick() {
  if (!session || part("stage").dataset.end !== undefined) return;
  for (const [id, draft] of Object.entries(drafts)) {
    if (draft.state.watch?.last) drafts[id] = { ...draft, state: measures.passed(draft.state, instant()) };
  }
  pads.tick(stage());
  const minutes = Math.floor((instant().wall - began.wall) / 60_000);
  if (minutes !== since) {
    since = minutes;
    said(minutes);
  }
}

/** @param {number} minutes */
function said(minutes) {
  const at = new Intl.DateTimeFormat(document.documentElement.lang, { weekday: "short", hour: "numeric", minute: "2-digit" })
    .formatToParts(new Date(began.wall))
    .map(({ type, value }) => (type === "dayPeriod" ? value.toLowerCase() : value))
    .join("");
  part("since").textContent = say("minutesIn", { time: at, count: Math.max(0, minutes) });
}

/** @param {KeyboardEvent} event */
function onKey(event) {
  if (event.metaKey || event.ctrlKey || event.altKey || document.body.dataset.keys === "off") return;
  const target = event.target instanceof Element ? event.target : null;
  if (target?.closest("input, textarea, select, dialog[open]")) return;
  if (event.key === "z" || event.key === "Z") {
    undo();
    return;
  }
  const key = event.key === " " ? "Space" : event.key;
  if (key === "Space" && target?.closest("button, a, summary")) return;
  const pressed = /** @type {HTMLElement | null} */ (document.querySelector(`#stage [data-shortcut="${CSS.escape(key)}"]`));
  if (!pressed) return;
  event.preventDefault();
  pressed.click();
}

/* Beginning */

/** @returns {Promise<Session | null>} */
async function load() {
  const { outcome: found } = await send.greet(doors);
  outcome = found;
  if (found === "signed_out") {
    await shelf.lock();
    location.assign(`${document.body.dataset.signIn}?next=${encodeURIComponent(location.pathname + location.search)}`);
    return null;
  }
  if (found === "somebody_else") {
    await shelf.lock();
    location.reload();
    return null;
  }
  if (found === "saved") {
    const response = await send.ask(doors.data + location.search).catch(() => null);
    if (response?.ok) {
      const fresh = await response.json();
      await shelf.put(doors.person, "session", name, fresh, false);
      return fresh;
    }
    if (response && response.status < 500) {
      part("stage").replaceChildren(h("p", { class: "cap-was" }, say("notYours")));
      return null;
    }
  }
  return shelf.take(doors.person, "session", name);
}

async function resume() {
  const kept = await shelf.take(doors.person, "draft", name);
  if (!kept) return;
  const there = new Set(session.students.flatMap((one) => one.goals.map((each) => each.id)));
  drafts = Object.fromEntries(Object.entries(kept.drafts).filter(([id]) => there.has(id)));
  const isToday = instant().wall - kept.began.wall < 12 * 3_600_000;
  steps = isToday ? kept.steps : [];
  saved = isToday ? kept.saved : {};
  for (const [id, point] of isToday ? (kept.points ?? []) : []) points.set(id, point);
  began = isToday ? kept.began : began;
  prompt = kept.prompt ?? prompt;
  Object.assign(goals, kept.goals);
  clock.remember(kept.offset ?? null);
  if (session.students.some((one) => one.id === kept.student)) student = kept.student;
}

function listenToHands() {
  part("undo").addEventListener("click", undo);
  part("next").addEventListener("click", () => void next());
  part("note").addEventListener("click", () => {
    const one = goal();
    writeNote({ fields: draftOf(one).fields, settings: session.settings, title: one.title, today: clock.dayOf(clock.now(), session.zone) }, (fields) =>
      change(one, { ...draftOf(one), fields }, say("noteKept")),
    );
  });
  part("goal").addEventListener("click", () =>
    pickGoal(who().goals, goal().id, (id) => {
      goals[who().id] = id;
      keep();
      draw();
      part("goal").focus();
    }),
  );
  part("saved").addEventListener("click", () => reviewWaiting(doors, flush));
  part("hand").addEventListener("click", (event) => {
    const button = /** @type {HTMLElement} */ (event.currentTarget);
    const isLeft = button.getAttribute("aria-pressed") !== "true";
    button.setAttribute("aria-pressed", String(isLeft));
    /** @type {HTMLElement} */ (root).classList.toggle("is-left", isLeft);
    localStorage.setItem("capture-hand", isLeft ? "left" : "right");
  });
  if (localStorage.getItem("capture-hand") === "left") part("hand").click();
  for (const id of ["students", "modes"]) {
    part(id).addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      const all = /** @type {HTMLElement[]} */ ([...part(id).children]);
      const at = all.findIndex((one) => one.getAttribute("aria-selected") === "true");
      event.preventDefault();
      all[(at + step + all.length) % all.length]?.click();
    });
  }
  document.addEventListener("keydown", onKey);
}

async function stayAwake() {
  try {
    await navigator.wakeLock?.request("screen");
  } catch {
    // A device that is low on power says no.
  }
}

function onShow() {
  if (document.hidden) {
    keep();
    return;
  }
  tick();
  void stayAwake();
  void flush();
}

async function registerWorker() {
  if (!("serviceWorker" in navigator) || !doors.worker) return;
  try {
    const made = await navigator.serviceWorker.register(doors.worker, { updateViaCache: "none" });
    await navigator.serviceWorker.ready;
    /** @type {HTMLElement} */ (root).dataset.offline = made.active ? "ready" : "";
  } catch {
    // Without it the page works all the same; it only does not open again without a network.
  }
}

async function start() {
  const loaded = await load().catch(() => null);
  if (!loaded) {
    if (outcome === "offline" || outcome === "busy") part("stage").replaceChildren(h("p", { class: "cap-was" }, say("neverOpened")));
    return;
  }
  session = loaded;
  if (session.students.length === 0) {
    part("title").textContent = session.title;
    await flush();
    part("stage").replaceChildren(h("p", { class: "cap-was" }, say("nobodyHere")));
    return;
  }
  student = session.students[0].id;
  prompt = session.prompts[1]?.key ?? "";
  await resume();
  part("title").textContent = session.title;
  document.title = `${session.title} · Throughline`;
  listenToHands();
  watchColleagues();
  part("bar").hidden = false;
  part("goal").hidden = false;
  part("students").removeAttribute("aria-busy");
  here();
  draw();
  said(Math.floor((instant().wall - began.wall) / 60_000));
  window.setInterval(tick, TICK);
  window.setInterval(() => Object.values(drafts).some((draft) => draft.state.watch?.last) && keep(), 5000);
  document.addEventListener("visibilitychange", onShow);
  window.addEventListener("online", () => void flush());
  window.addEventListener("offline", () => {
    outcome = "offline";
    void status();
    retry = window.setTimeout(flush, TRY_AGAIN);
  });
  document.addEventListener("signed-out", () => {
    outcome = "signed_out";
    void status();
  });
  window.addEventListener("pagehide", () => keep());
  await flush();
  /** @type {HTMLElement} */ (root).dataset.ready = "";
  void stayAwake();
  void registerWorker();
}

async function startListing() {
  const { outcome: found } = await send.greet(doors);
  if (found === "saved") await send.flush(doors);
  const count = await shelf.waiting(doors.person);
  const box = /** @type {HTMLElement} */ (listing);
  box.hidden = count === 0;
  const button = box.querySelector("button");
  if (button) button.addEventListener("click", () => reviewWaiting(doors, async () => void (await send.flush(doors))));
  const words = box.querySelector("[data-kept-words]");
  if (words) words.textContent = say("keptOnDevice", { count });
}

if (root) void start();
else if (listing) void startListing();
