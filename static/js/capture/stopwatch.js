/**
 * Time that goes on whatever the page does. A page that is hidden or a tablet that is locked stops its timers, and some
 * devices stop the monotonic clock with them; the clock on the wall goes on, but somebody may set it. So: what both say
 * counts, a wall that is ahead by less than a long nap counts as sleep, any other jump of it counts as nothing.
 */

export const LONGEST_SLEEP = 4 * 3_600_000;
const SLACK = 1500;

/** @typedef {{mono: number, wall: number, load: string}} Instant */
/** @typedef {{ms: number, last: Instant | null}} Watch */

const LOAD = Math.random().toString(36).slice(2);

/** @returns {Instant} */
export function instant() {
  return { mono: performance.now(), wall: Date.now(), load: LOAD };
}

/**
 * Milliseconds between two instants; `load` tells whether one page lived through both.
 * @param {Instant} from
 * @param {Instant} to
 */
export function between(from, to) {
  const wall = to.wall - from.wall;
  const isNap = wall >= 0 && wall <= LONGEST_SLEEP;
  if (from.load !== to.load) return isNap ? wall : 0;
  const mono = Math.max(0, to.mono - from.mono);
  return isNap && wall > mono + SLACK ? wall : mono;
}

/** @returns {Watch} */
export function stopped() {
  return { ms: 0, last: null };
}

/** @param {Watch} watch */
export function isRunning(watch) {
  return watch.last !== null;
}

/**
 * @param {Watch} watch
 * @param {Instant} now
 * @returns {Watch}
 */
export function run(watch, now) {
  return watch.last ? watch : { ms: watch.ms, last: now };
}

/**
 * The same watch with the time up to now in it.
 * @param {Watch} watch
 * @param {Instant} now
 * @returns {Watch}
 */
export function tick(watch, now) {
  return watch.last ? { ms: watch.ms + between(watch.last, now), last: now } : watch;
}

/**
 * @param {Watch} watch
 * @param {Instant} now
 * @returns {Watch}
 */
export function halt(watch, now) {
  return { ms: tick(watch, now).ms, last: null };
}

/** "4:32", "1:04:32". @param {number} ms */
export function face(ms) {
  const all = Math.floor(ms / 1000);
  const [hours, minutes, seconds] = [Math.floor(all / 3600), Math.floor(all / 60) % 60, all % 60];
  const tail = `${hours ? String(minutes).padStart(2, "0") : minutes}:${String(seconds).padStart(2, "0")}`;
  return hours ? `${hours}:${tail}` : tail;
}
