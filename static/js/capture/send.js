/**
 * Sends what waits, once: every score carries an id of its own, made when it was taken. What the server refuses stays,
 * with its reason, until the person mends or discards it. What belongs to one person never goes in another's name.
 */

import { corrected, dayOf, learn } from "./clock.js";
import * as shelf from "./shelf.js";
import { instant } from "./stopwatch.js";

const MOST = 50;
const PATIENCE = 15_000;

/**
 * @typedef {object} Entry
 * @property {string} client_id
 * @property {string} goal_id
 * @property {import("./stopwatch.js").Instant} taken
 * @property {string} [measured_on] a day that the person chose
 * @property {Record<string, any>} fields as the server takes them
 * @property {string} label "Owen, Reads CVC words: 78%"
 * @property {{code: string, message: string} | null} [refused]
 * @property {string} [zone]
 */

/** @typedef {"saved" | "offline" | "signed_out" | "somebody_else" | "busy"} Outcome */

/** @typedef {{hello: string, save: string, person: string}} Doors */

let token = "";

/** @param {string} known */
export function useToken(known) {
  if (known) token = known;
}

/** @param {string} address @param {RequestInit} [options] */
export async function ask(address, options = {}) {
  const headers = { Accept: "application/json", ...options.headers };
  const signal = AbortSignal.timeout(PATIENCE);
  return fetch(address, { cache: "no-store", credentials: "same-origin", redirect: "manual", signal, ...options, headers });
}

/** @param {Response} response */
export function isSignedOut(response) {
  return response.type === "opaqueredirect" || response.status === 401;
}

/**
 * Ask the server who is signed in, what time it is, and for the key. Answers nothing without a network.
 * @param {Doors} doors
 * @returns {Promise<{outcome: Outcome, hello: any}>}
 */
export async function greet(doors) {
  const left = Date.now();
  let response;
  try {
    response = await ask(doors.hello);
  } catch {
    return { outcome: "offline", hello: null };
  }
  if (isSignedOut(response)) return { outcome: "signed_out", hello: null };
  if (!response.ok) return { outcome: "busy", hello: null };
  const hello = await response.json();
  learn(hello.now, Date.now() - left);
  useToken(hello.csrf);
  if (hello.person !== doors.person) return { outcome: "somebody_else", hello };
  await shelf.unlock(doors.hello.replace(/hello\/$/, ""), hello.person, hello.keys, Date.now() + hello.keeps_seconds * 1000);
  return { outcome: "saved", hello };
}

/** @param {Entry} entry */
function written(entry) {
  const at = corrected(entry.taken);
  return {
    ...entry.fields,
    client_id: entry.client_id,
    goal_id: entry.goal_id,
    measured_on: entry.measured_on || dayOf(at, entry.zone ?? "UTC"),
    captured_at: new Date(entry.taken.wall).toISOString(),
    // This page saw it happen, so the time that has passed says the day whatever the device's clock says.
    is_day_confirmed: Boolean(entry.measured_on) || entry.taken.load === instant().load,
  };
}

/**
 * Send what waits and was not refused.
 * @param {Doors} doors
 * @param {(saved: {client_id: string, point_id: string}[]) => void} [onSaved]
 * @returns {Promise<Outcome>}
 */
export async function flush(doors, onSaved = () => {}) {
  const work = async () => {
    for (;;) {
      const entries = /** @type {Entry[]} */ (await shelf.all(doors.person, "entry"));
      const ready = entries.filter((entry) => !entry.refused).slice(0, MOST);
      if (ready.length === 0) return /** @type {Outcome} */ ("saved");
      const { outcome } = await greet(doors);
      if (outcome !== "saved") return outcome;
      const sent = await send(doors, ready, onSaved);
      if (sent !== "saved") return sent;
    }
  };
  return alone(doors, work);
}

/**
 * Do something with the queue while nobody else does: no other page sends meanwhile, nor does this one.
 * @template T
 * @param {Doors} doors
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function alone(doors, work) {
  return navigator.locks ? navigator.locks.request(`capture:${doors.person}`, work) : work();
}

/**
 * @param {Doors} doors
 * @param {Entry[]} entries
 * @param {(saved: {client_id: string, point_id: string}[]) => void} onSaved
 * @returns {Promise<Outcome>}
 */
async function send(doors, entries, onSaved) {
  const sent = { person: doors.person, device_now: new Date().toISOString(), entries: entries.map(written) };
  const body = JSON.stringify(sent);
  let response;
  try {
    const headers = { "Content-Type": "application/json", "X-CSRFToken": token };
    response = await ask(doors.save, { method: "POST", headers, body });
  } catch {
    return "offline";
  }
  if (isSignedOut(response)) return "signed_out";
  if (response.status === 409) return "somebody_else";
  if (response.status === 422 || response.status === 400) return refuseAll(doors, entries, await response.json());
  if (!response.ok) return "busy";
  const { results } = await response.json();
  const byId = new Map(entries.map((entry) => [entry.client_id, entry]));
  // Before the queue forgets them, so that each can be taken back at any moment.
  onSaved(results.filter((/** @type {any} */ one) => one.point_id));
  for (const one of results) {
    const entry = byId.get(one.client_id);
    if (!entry) continue;
    if (one.point_id) {
      await shelf.drop(doors.person, "entry", entry.client_id);
    } else {
      const refused = { code: one.code, message: one.message };
      await shelf.put(doors.person, "entry", entry.client_id, { ...entry, refused });
    }
  }
  return "saved";
}

/**
 * The server does not understand the whole: nothing is lost, each says why.
 * @param {Doors} doors
 * @param {Entry[]} entries
 * @param {any} answer
 * @returns {Promise<Outcome>}
 */
async function refuseAll(doors, entries, answer) {
  const refused = { code: String(answer.code ?? "invalid"), message: String(answer.message ?? "") };
  for (const entry of entries) await shelf.put(doors.person, "entry", entry.client_id, { ...entry, refused });
  return "saved";
}

/** Take a saved score off the record. @param {string} address */
export async function undo(address) {
  try {
    const headers = { "Content-Type": "application/x-www-form-urlencoded", "X-CSRFToken": token };
    const response = await ask(address, { method: "POST", headers, body: "" });
    return response.ok || response.type === "opaqueredirect";
  } catch {
    return false;
  }
}
