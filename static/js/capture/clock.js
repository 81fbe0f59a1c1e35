/** Which day it is, by the clock of the server: the clock of a tablet may be wrong by days. */

import { between, instant } from "./stopwatch.js";

/** Beyond this many milliseconds the device's clock is said to be wrong. */
export const TOLERANCE = 10 * 60_000;

/** @type {number | null} */
let offset = null;

/**
 * The server said what time it is.
 * @param {number} server milliseconds
 * @param {number} roundTrip milliseconds
 */
export function learn(server, roundTrip) {
  offset = server + roundTrip / 2 - Date.now();
}

/** How far the server is ahead of this device, in milliseconds; null while it was never asked. */
export function ahead() {
  return offset;
}

export function isWrong() {
  return offset !== null && Math.abs(offset) > TOLERANCE;
}

/** An offset learned by an earlier page of this device. @param {number | null} known */
export function remember(known) {
  if (offset === null) offset = known;
}

/** Now, by the server's clock as far as it is known. */
export function now() {
  return Date.now() + (isWrong() ? (offset ?? 0) : 0);
}

/**
 * The calendar day of an instant where the district is.
 * @param {number} ms
 * @param {string} zone
 */
export function dayOf(ms, zone) {
  const parts = new Intl.DateTimeFormat("en-US", {
    timeZone: zone,
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
  }).formatToParts(new Date(ms));
  const named = Object.fromEntries(parts.map((part) => [part.type, part.value]));
  return `${named.year}-${named.month}-${named.day}`;
}

/**
 * When something was taken, by the server's clock: by the time that has passed since when this page saw it happen,
 * else by the device's clock and how far that is off.
 * @param {import("./stopwatch.js").Instant} taken
 */
export function corrected(taken) {
  const here = instant();
  if (taken.load === here.load) return now() - between(taken, here);
  return taken.wall + (isWrong() ? (offset ?? 0) : 0);
}
