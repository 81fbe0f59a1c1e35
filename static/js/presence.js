/** Who else is on this page: tells the server that we are here, and shows the others as faces with names. */

import { listen, send } from "./socket.js";
import { say } from "./words.js";

const REPEAT = 60_000;
let lastSaid = 0;

function pageTopic() {
  /** @type {HTMLElement | null} */
  const mark = document.querySelector("[data-here]");
  return mark?.dataset.here ?? "";
}

function here() {
  const topic = pageTopic();
  if (!topic || document.hidden) return;
  lastSaid = Date.now();
  send({ here: topic });
}

/** Input keeps a person from counting as away; once a minute is enough. */
function stillHere() {
  if (Date.now() - lastSaid > REPEAT) here();
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

export function start() {
  listen({
    opened: here,
    frame(frame) {
      for (const [topic, people] of Object.entries(frame.present ?? {})) {
        for (const box of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-present]"))) {
          if ((box.dataset.present || pageTopic()) === topic) draw(box, people);
        }
      }
    },
  });
  for (const kind of ["pointerdown", "keydown", "wheel", "touchstart"]) {
    document.addEventListener(kind, stillHere, { passive: true });
  }
  document.addEventListener("visibilitychange", stillHere);
}
