/**
 * One socket to /ws/live/: JSON frames out and in, reconnecting with backoff and jitter until the page goes away.
 * The server's frames are hints; whoever listens asks again over HTTP with the viewer's own rights.
 */

const FIRST_WAIT = 500;
const LONGEST_WAIT = 30_000;
const TICK = 5000;
const SLEPT = 3 * TICK;
const SIGNED_OUT = 4401;
const SLOW_DOWN = new Set([4400, 4429]);

/**
 * @typedef {object} Listener
 * @property {() => void} [opened]
 * @property {(frame: any) => void} [frame]
 * @property {(state: "live" | "lost", retryIn: number) => void} [state]
 * @property {() => void} [signedOut]
 */

/** @type {Listener[]} */
const listeners = [];
/** @type {WebSocket | null} */
let socket = null;
let failures = 0;
let retryTimer = 0;
let leaving = false;
let isSigningOut = false;
let lastTick = Date.now();

/** @param {Listener} listener */
export function listen(listener) {
  listeners.push(listener);
}

/** @param {object} frame */
export function send(frame) {
  if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(frame));
}

export function isOpen() {
  return socket?.readyState === WebSocket.OPEN;
}

export function signedOut() {
  leaving = true;
  // Whoever is just signing out is led to where that ends, not back here.
  if (!isSigningOut) for (const listener of listeners) listener.signedOut?.();
}

/** A refused handshake says nothing to a script; the page itself says whether the person is still signed in. */
async function askWhetherSignedIn() {
  try {
    const answer = await fetch(location.href, { method: "HEAD", redirect: "manual", cache: "no-store" });
    if (answer.type === "opaqueredirect" || answer.status === 401) signedOut();
  } catch {
    // No network: the next attempt finds out.
  }
}

/** @param {number} code */
function closed(code) {
  socket = null;
  if (leaving) return;
  if (code === SIGNED_OUT) {
    signedOut();
    return;
  }
  failures += 1;
  if (failures === 2) void askWhetherSignedIn();
  const wait = SLOW_DOWN.has(code) ? LONGEST_WAIT : Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** (failures - 1));
  const jittered = wait * (0.75 + Math.random() / 2);
  for (const listener of listeners) listener.state?.("lost", jittered);
  window.clearTimeout(retryTimer);
  retryTimer = window.setTimeout(open, jittered);
}

function open() {
  window.clearTimeout(retryTimer);
  const organization = document.body.dataset.organization;
  if (!organization || leaving || socket) return;
  const scheme = location.protocol === "https:" ? "wss:" : "ws:";
  const address = `${scheme}//${location.host}/ws/live/?organization=${encodeURIComponent(organization)}`;
  const mine = new WebSocket(address);
  socket = mine;
  mine.addEventListener("open", () => {
    if (socket !== mine) return;
    failures = 0;
    for (const listener of listeners) {
      listener.state?.("live", 0);
      listener.opened?.();
    }
  });
  mine.addEventListener("message", (event) => {
    if (socket !== mine) return;
    const frame = JSON.parse(event.data);
    if (frame.error?.code === "not_signed_in") signedOut();
    for (const listener of listeners) listener.frame?.(frame);
  });
  mine.addEventListener("close", (event) => {
    if (socket === mine) closed(event.code);
  });
}

/** Try at once: the person asked, the network came back, or the machine woke up. */
export function retryNow() {
  if (leaving) return;
  const old = socket;
  socket = null;
  old?.close();
  open();
}

/** Timers stand still while a machine sleeps: a jump of the clock means the socket may be dead without knowing. */
function tick() {
  const now = Date.now();
  const slept = now - lastTick > SLEPT && !document.hidden;
  lastTick = now;
  if (slept) retryNow();
}

/** @param {SubmitEvent} event */
function onSubmit(event) {
  const form = /** @type {HTMLFormElement} */ (event.target);
  if (form.hasAttribute("data-sign-out") && !event.defaultPrevented) isSigningOut = true;
}

export function start() {
  if (!document.body.dataset.organization) return;
  open();
  document.addEventListener("submit", onSubmit);
  window.setInterval(tick, TICK);
  window.addEventListener("online", retryNow);
  window.addEventListener("offline", () => socket?.close());
  window.addEventListener("pagehide", () => {
    leaving = true;
    socket?.close();
    socket = null;
  });
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    leaving = false;
    retryNow();
  });
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return;
    lastTick = Date.now();
    if (!isOpen() && socket?.readyState !== WebSocket.CONNECTING) retryNow();
  });
}
