/** Keeps a shared device clean: signing out, or another person's page, takes what the capture page kept readable away. */

const OWNER = "capture-person";

/** @returns {Promise<typeof import("./leave.js")>} */
function helper() {
  return import(document.body.dataset.leaveScript ?? "");
}

function owner() {
  try {
    return localStorage.getItem(OWNER) ?? "";
  } catch {
    return "";
  }
}

function hasKept() {
  return owner() !== "" || Object.keys(localStorage).some((key) => key.startsWith("capture-waiting:"));
}

/** @param {SubmitEvent} event */
async function onSubmit(event) {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || !form.hasAttribute("data-sign-out") || form.dataset.left !== undefined) return;
  if (!hasKept()) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const { leave } = await helper();
  const { goes, keeps } = await leave(document.body.dataset.person || owner());
  if (!goes) return;
  form.dataset.left = "";
  if (keeps) {
    const field = document.createElement("input");
    Object.assign(field, { type: "hidden", name: "keeps_unsent", value: "1" });
    form.append(field);
  }
  form.requestSubmit();
}

export function start() {
  const before = owner();
  const now = document.body.dataset.person ?? "";
  const isAnothers = now ? before !== now : document.body.dataset.nobody !== undefined;
  if (before && isAnothers) void helper().then(({ lock }) => lock(now));
  document.addEventListener("submit", (event) => void onSubmit(event), { capture: true });
}
