/** Says whether the page is live: the small word in the top bar, and a banner when the connection is gone for two seconds. */

import { icon } from "./icons.js";
import { listen, retryNow } from "./socket.js";
import { say } from "./words.js";

const PATIENCE = 2000;
const GOOD_NEWS = 3000;
let wasLost = false;
let timer = 0;

/** @param {"live" | "lost"} state */
function pill(state) {
  for (const word of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-live-pill]"))) {
    word.hidden = false;
    word.dataset.state = state === "live" ? "live" : "reconnecting";
    word.textContent = say(state === "live" ? "live" : "notLive");
  }
}

/**
 * @param {string} strong
 * @param {string} hint
 * @param {boolean} mayRetry
 */
function banner(strong, hint, mayRetry) {
  const box = document.getElementById("connection");
  if (!box) return;
  const words = document.createElement("p");
  const first = document.createElement("b");
  first.textContent = strong;
  const second = document.createElement("span");
  second.textContent = ` ${hint}`;
  words.append(first, second);
  box.replaceChildren(icon(mayRetry ? "loader" : "check"), words);
  if (mayRetry) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "banner-action";
    button.textContent = say("tryNow");
    button.addEventListener("click", retryNow);
    box.append(button);
  }
  box.hidden = false;
}

function lost() {
  wasLost = true;
  pill("lost");
  banner(say(navigator.onLine ? "lost" : "offline"), say("lostHint"), true);
}

function found() {
  window.clearTimeout(timer);
  timer = 0;
  pill("live");
  if (!wasLost) return;
  wasLost = false;
  banner(say("back"), "", false);
  timer = window.setTimeout(() => {
    timer = 0;
    const box = document.getElementById("connection");
    if (box && !wasLost) box.hidden = true;
  }, GOOD_NEWS);
}

function signIn() {
  // Where somebody takes data, nothing takes the page away: what was taken waits, and the page says so.
  if (document.body.dataset.stays !== undefined) {
    document.dispatchEvent(new CustomEvent("signed-out"));
    return;
  }
  const here = location.pathname + location.search;
  location.assign(`${document.body.dataset.signIn}?next=${encodeURIComponent(here)}&ended=1`);
}

export function start() {
  listen({
    signedOut: signIn,
    state(state) {
      if (state === "live") found();
      else if (!wasLost && !timer) timer = window.setTimeout(() => ((timer = 0), lost()), PATIENCE);
    },
  });
}
