/** Day or night before the first paint: the account's choice, else this browser's, else the system's. */
const root = document.documentElement;
let choice = root.dataset.themeChoice;
if (choice === undefined) {
  try {
    choice = localStorage.getItem("theme") ?? undefined;
  } catch {
    choice = undefined;
  }
}
if (choice !== "day" && choice !== "night") {
  choice = matchMedia("(prefers-color-scheme: dark)").matches ? "night" : "day";
}
root.dataset.theme = choice;
