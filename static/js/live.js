/**
 * Keeps every live region of the page true. A frame says that a topic has another version; the regions that show an
 * older one are fetched with the viewer's own rights and morphed in place. One request an address at a time.
 */

import * as connection from "./connection.js";
import * as regions from "./regions.js";
import * as socket from "./socket.js";

const MOST_JITTER = 100;
const MOST_TOPICS = 50;
const RETRY = 1000;
const LONGEST_RETRY = 30_000;
const GONE = new Set([403, 404, 410]);

/** @type {Map<string, string>} */
const known = new Map();
/** @type {Set<string>} */
const watched = new Set();

/** @typedef {{regions: Set<HTMLElement>, timer: number, busy: boolean, failures: number, etag: string}} Job */

/** @type {Map<string, Job>} */
const jobs = new Map();

/** How many milliseconds the server took for what this page asked for last; at first, for the page itself. */
let took = openedIn();

function openedIn() {
  const [opening] = performance.getEntriesByType("navigation");
  return opening instanceof PerformanceNavigationTiming ? opening.responseStart - opening.requestStart : MOST_JITTER;
}

/** Pages that are told the same do not ask all at once; where the server answers quickly, few ask, and nobody waits. */
function jitter() {
  return Math.random() * Math.min(MOST_JITTER, took / 4);
}

function syncWatch() {
  const topics = [...new Set(regions.all().flatMap(regions.topicsOf))].slice(0, MOST_TOPICS);
  const fresh = topics.filter((topic) => !watched.has(topic));
  const stale = [...watched].filter((topic) => !topics.includes(topic));
  if (!socket.isOpen()) return;
  if (stale.length > 0) socket.send({ unwatch: stale });
  if (fresh.length > 0) socket.send({ watch: fresh });
  for (const topic of stale) watched.delete(topic);
  for (const topic of fresh) watched.add(topic);
}

/** Ask for every version again: after a reconnect, after sleep, when the tab comes back. */
function rewatch() {
  watched.clear();
  syncWatch();
}

/** @param {string} address */
function jobOf(address) {
  let job = jobs.get(address);
  if (!job) {
    job = { regions: new Set(), timer: 0, busy: false, failures: 0, etag: "" };
    jobs.set(address, job);
  }
  return job;
}

/**
 * @param {string} address
 * @param {number} wait in milliseconds
 */
function schedule(address, wait) {
  const job = jobOf(address);
  if (job.busy || job.timer || document.hidden || job.regions.size === 0) return;
  job.timer = window.setTimeout(() => {
    job.timer = 0;
    void run(address, job);
  }, wait);
}

/** @param {HTMLElement} region */
function refresh(region) {
  const address = regions.addressOf(region);
  jobOf(address).regions.add(region);
  schedule(address, jitter());
}

/**
 * @param {string} address
 * @param {Job} job
 * @param {HTMLElement[]} asked
 */
async function ask(address, job, asked) {
  /** @type {Record<string, string>} */
  const headers = { Accept: "text/html", "HX-Request": "true", "X-Live": "1" };
  if (job.etag) headers["If-None-Match"] = job.etag;
  if (asked.length === 1) headers["HX-Target"] = `${asked[0].tagName.toLowerCase()}#${encodeURI(asked[0].id)}`;
  const began = performance.now();
  const response = await fetch(address, { headers, cache: "no-store", credentials: "same-origin" });
  took = performance.now() - began;
  return response;
}

/** @param {Response} response */
function leadsToSignIn(response) {
  const signIn = document.body.dataset.signIn ?? "";
  return response.status === 401 || (response.redirected && signIn !== "" && response.url.includes(signIn));
}

/**
 * @param {string} address
 * @param {Job} job
 */
async function run(address, job) {
  const asked = [...job.regions].filter((region) => region.isConnected && region.dataset.live);
  job.regions.clear();
  if (asked.length === 0) return;
  job.busy = true;
  const then = new Map(known);
  try {
    const response = await ask(address, job, asked);
    if (leadsToSignIn(response)) {
      socket.signedOut();
      return;
    }
    await settle(response, job, asked, then);
    job.failures = 0;
  } catch {
    job.failures += 1;
    for (const region of asked) job.regions.add(region);
  } finally {
    job.busy = false;
  }
  const wait = job.failures ? Math.min(LONGEST_RETRY, RETRY * 2 ** (job.failures - 1)) : 0;
  schedule(address, wait + Math.random() * MOST_JITTER * Math.min(1, job.failures));
}

/**
 * @param {Response} response
 * @param {Job} job
 * @param {HTMLElement[]} asked
 * @param {Map<string, string>} then what was known when the request left
 */
async function settle(response, job, asked, then) {
  if (GONE.has(response.status)) {
    asked.forEach(regions.gone);
  } else if (response.ok) {
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    job.etag = response.headers.get("ETag") ?? "";
    for (const region of asked) await regions.draw(region, page);
  } else if (response.status !== 304) {
    throw new Error(String(response.status));
  }
  for (const region of asked) regions.accept(region, then);
  compare(asked);
  syncWatch();
}

/** @param {HTMLElement[]} some */
function compare(some) {
  for (const region of some) if (regions.isStale(region, known)) refresh(region);
}

/** @param {any} frame */
function onFrame(frame) {
  const changed = Object.entries(frame.changed ?? {});
  for (const [topic, version] of changed) known.set(topic, String(version));
  if (changed.length > 0) compare(regions.all());
  /** @type {string[]} */
  const refused = frame.refused ?? [];
  for (const region of refused.length > 0 ? regions.all() : []) {
    if (regions.topicsOf(region).some((topic) => refused.includes(topic))) refresh(region);
  }
}

function onVisible() {
  if (document.hidden) return;
  rewatch();
  for (const address of jobs.keys()) schedule(address, jitter());
}

export function start() {
  regions.start();
  connection.start();
  socket.listen({ opened: rewatch, frame: onFrame });
  document.addEventListener("visibilitychange", onVisible);
  document.addEventListener("htmx:after:swap", syncWatch);
  socket.start();
}
