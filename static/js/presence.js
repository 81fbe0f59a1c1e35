/** Who else is on this page: tells the server that we are here, and shows the others as faces with names. */

import { listen, send } from "./socket.js";
import { say } from "./words.js";

const AWAY_AFTER = 5 * 60_000;
const LOOK_EVERY = 15_000;
const REMIND_EVERY = 60_000;
let lastInput = Date.now();
let lastTold = 0;
let isAway = false;

function pageTopic() {
  /** @type {HTMLElement | null} */
  const mark = document.querySelector("[data-here]");
  return mark?.dataset.here ?? "";
}

function tell() {
  const topic = pageTopic();
  lastTold = Date.now();
  if (topic) send(isAway ? { here: topic, away: true } : { here: topic });
}

function onInput() {
  lastInput = Date.now();
  if (!isAway && lastInput - lastTold < REMIND_EVERY) return;
  isAway = false;
  tell();
}

function look() {
  if (isAway || Date.now() - lastInput < AWAY_AFTER) return;
  isAway = true;
  tell();
}

/** @param {string} name */
function initials(name) {
  const words = name.split(/[\s-]+/).filter((word) => /^[\p{L}\p{N}]/u.test(word));
  const letters = words.slice(0, 2).map((word) => [...word][0]);
  return letters.join("").toUpperCase() || "?";
}

/** @typedef {{id: string, name: string, colour: number, away: boolean}} Somebody */

/**
 * @param {HTMLElement} box
 * @param {Somebody[]} people
 */
function draw(box, people) {
  const faces = people.map((somebody) => {
    const face = document.createElement("span");
    face.className = somebody.away ? "av is-away" : "av";
    face.dataset.p = String(somebody.colour);
    face.title = somebody.away ? `${somebody.name} (${say("away")})` : somebody.name;
    face.setAttribute("aria-hidden", "true");
    face.textContent = initials(somebody.name);
    return face;
  });
  box.replaceChildren(...faces);
  box.hidden = people.length === 0;
  box.setAttribute("role", "img");
  const names = people.map((somebody) => (somebody.away ? `${somebody.name} (${say("away")})` : somebody.name));
  box.setAttribute("aria-label", `${say("alsoHere")} ${names.join(", ")}`);
}

/** Mark the rows of those who are here: `data-present-person` holds a person's id. @param {Somebody[]} people */
function markRows(people) {
  const here = new Set(people.map((somebody) => somebody.id));
  for (const mark of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-present-person]"))) {
    mark.hidden = !here.has(mark.dataset.presentPerson ?? "");
  }
}

export function start() {
  listen({
    opened: tell,
    frame(frame) {
      for (const [topic, people] of Object.entries(frame.present ?? {})) {
        for (const box of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-present]"))) {
          if ((box.dataset.present || pageTopic()) === topic) draw(box, people);
        }
        if (topic === pageTopic()) markRows(people);
      }
    },
  });
  for (const kind of ["pointerdown", "pointermove", "keydown", "wheel", "touchstart"]) {
    document.addEventListener(kind, onInput, { passive: true });
  }
  document.addEventListener("here:moved", tell);
  window.setInterval(look, LOOK_EVERY);
}
