/** The day and night switch: at once on this page, kept in this browser, and told to the account when signed in. */

import { announce } from "./announce.js";
import { csrfHeaders } from "./csrf.js";
import { say } from "./words.js";

/** @param {string} theme */
function remember(theme) {
  try {
    localStorage.setItem("theme", theme);
  } catch {
    // A browser without storage keeps the choice for this page only.
  }
}

/** @param {Event} event */
function toggle(event) {
  const button = event.target instanceof Element ? event.target.closest("[data-theme-toggle]") : null;
  if (!button) return;
  event.preventDefault();
  const root = document.documentElement;
  const theme = root.dataset.theme === "night" ? "day" : "night";
  root.dataset.theme = theme;
  remember(theme);
  announce(say(theme === "night" ? "dark" : "light"));
  const form = button.closest("form");
  if (!form) return;
  root.dataset.themeChoice = theme;
  const body = new URLSearchParams({ theme });
  fetch(form.action, { method: "POST", headers: csrfHeaders(), body, redirect: "manual" }).catch(() => undefined);
}

export function start() {
  document.addEventListener("click", toggle);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", (event) => {
    const root = document.documentElement;
    let chosen = root.dataset.themeChoice;
    if (chosen === undefined) {
      try {
        chosen = localStorage.getItem("theme") ?? undefined;
      } catch {
        chosen = undefined;
      }
    }
    if (chosen !== "day" && chosen !== "night") root.dataset.theme = event.matches ? "night" : "day";
  });
}
