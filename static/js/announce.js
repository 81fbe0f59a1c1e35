/** One polite region for screen readers: the first sentence at once, then what has gathered every five seconds. */

const EVERY = 5000;
/** @type {string[]} */
let waiting = [];
let timer = 0;

function flush() {
  timer = 0;
  const region = document.getElementById("announce");
  if (!region || waiting.length === 0) return;
  region.textContent = [...new Set(waiting)].join(" ");
  waiting = [];
  timer = window.setTimeout(flush, EVERY);
}

/** @param {string} sentence */
export function announce(sentence) {
  if (!sentence) return;
  waiting.push(sentence);
  if (!timer) timer = window.setTimeout(flush, 50);
}
