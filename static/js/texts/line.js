/** The socket of one text: opens, joins where the text stands, and opens again until the page goes away. */

const FIRST_WAIT = 300;
const LONGEST_WAIT = 15_000;
const TICK = 5000;
const SLEPT = 3 * TICK;
const SIGNED_OUT = 4401;
const SLOW_DOWN = new Set([4400, 4408, 4429]);

/**
 * @typedef {object} Listener
 * @property {() => void} opened
 * @property {(frame: any) => void} frame
 * @property {() => void} lost
 * @property {() => void} signedOut
 */

export class Line {
  /** @param {string} text @param {Listener} listener */
  constructor(text, listener) {
    this.text = text;
    this.listener = listener;
    /** @type {WebSocket | null} */
    this.socket = null;
    this.failures = 0;
    this.timer = 0;
    this.isOver = false;
    this.isAsleep = false;
    let lastTick = Date.now();
    this.ticker = window.setInterval(() => {
      // Timers stand still while a lid is closed: a jump of the clock means the socket may be dead without knowing.
      const slept = Date.now() - lastTick > SLEPT;
      lastTick = Date.now();
      if (slept) this.again();
    }, TICK);
    this.away = new AbortController();
    const { signal } = this.away;
    window.addEventListener("online", () => this.again(), { signal });
    window.addEventListener("offline", () => this.drop(), { signal });
    window.addEventListener("pagehide", () => this.drop(), { signal });
    window.addEventListener("pageshow", (event) => event.persisted && this.again(), { signal });
    document.addEventListener("visibilitychange", () => !document.hidden && !this.socket && this.again(), { signal });
  }

  get isOpen() {
    return this.socket?.readyState === WebSocket.OPEN;
  }

  open() {
    window.clearTimeout(this.timer);
    if (this.isOver || this.isAsleep || this.socket) return;
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    const organization = encodeURIComponent(document.body.dataset.organization ?? "");
    const mine = new WebSocket(`${scheme}//${location.host}/ws/texts/${this.text}/?organization=${organization}`);
    this.socket = mine;
    mine.addEventListener("open", () => this.socket === mine && this.listener.opened());
    mine.addEventListener("message", (event) => {
      if (this.socket !== mine) return;
      this.failures = 0;
      this.listener.frame(JSON.parse(event.data));
    });
    mine.addEventListener("close", (event) => this.socket === mine && this.closed(event.code));
  }

  /** @param {object} frame */
  send(frame) {
    if (this.isOpen) this.socket?.send(JSON.stringify(frame));
  }

  /** @param {number} code */
  closed(code) {
    this.socket = null;
    this.listener.lost();
    if (this.isOver) return;
    if (code === SIGNED_OUT) {
      this.listener.signedOut();
      return;
    }
    this.failures += 1;
    if (this.failures === 2) void this.askWhetherSignedIn();
    const wait = SLOW_DOWN.has(code) ? LONGEST_WAIT : Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** (this.failures - 1));
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.open(), wait * (0.75 + Math.random() / 2));
  }

  /** A refused handshake says nothing to a script; the page itself says whether the person is still signed in. */
  async askWhetherSignedIn() {
    try {
      const answer = await fetch(location.href, { method: "HEAD", redirect: "manual", cache: "no-store" });
      if (answer.type === "opaqueredirect" || answer.status === 401) this.listener.signedOut();
    } catch {
      // No network: the next attempt finds out.
    }
  }

  /** Out of sight nothing is listened to: a page of many texts holds a few sockets only. */
  sleep() {
    const old = this.socket;
    this.isAsleep = true;
    this.socket = null;
    window.clearTimeout(this.timer);
    old?.close();
  }

  wake() {
    if (!this.isAsleep) return;
    this.isAsleep = false;
    this.open();
  }

  drop() {
    const old = this.socket;
    if (!old) return;
    this.closed(0);
    old.close();
  }

  again() {
    this.drop();
    this.open();
  }

  end() {
    this.isOver = true;
    window.clearTimeout(this.timer);
    window.clearInterval(this.ticker);
    this.away.abort();
    this.drop();
  }
}
