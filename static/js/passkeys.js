/** Passkeys: a button with `data-passkey` (make, use or sign-in) asks the device, puts the answer into its form and sends it. */

import { say } from "./words.js";
import { toast } from "./toast.js";

/** @param {HTMLFormElement} form @returns {Promise<any>} what the server asks the device for */
async function asked(form) {
  const written = document.getElementById("js_data");
  if (written) return JSON.parse(written.textContent ?? "{}");
  const answer = await fetch(form.action, { headers: { Accept: "application/json", "X-Requested-With": "XMLHttpRequest" } });
  return answer.json();
}

/** @param {any} data */
async function device(data) {
  const api = /** @type {any} */ (PublicKeyCredential);
  if (data.creation_options) {
    const wanted = data.creation_options.publicKey;
    // Kept by the device when it can, so that it signs in without an address too.
    wanted.authenticatorSelection = { ...wanted.authenticatorSelection, residentKey: "preferred" };
    return navigator.credentials.create({ publicKey: api.parseCreationOptionsFromJSON(wanted) });
  }
  return navigator.credentials.get({ publicKey: api.parseRequestOptionsFromJSON(data.request_options.publicKey) });
}

/** @param {HTMLButtonElement} button */
async function use(button) {
  const form = /** @type {HTMLFormElement} */ (button.form);
  const field = /** @type {HTMLInputElement} */ (form.elements.namedItem("credential"));
  button.setAttribute("aria-busy", "true");
  try {
    const answer = /** @type {any} */ (await device(await asked(form)));
    field.value = JSON.stringify(answer.toJSON());
    form.submit();
  } catch {
    toast(say("passkey"), "error");
    button.removeAttribute("aria-busy");
  }
}

export function start() {
  if (typeof PublicKeyCredential === "undefined" || !("parseCreationOptionsFromJSON" in PublicKeyCredential)) return;
  for (const button of /** @type {NodeListOf<HTMLButtonElement>} */ (document.querySelectorAll("[data-passkey]"))) {
    button.hidden = false;
    button.addEventListener("click", (event) => {
      event.preventDefault();
      void use(button);
    });
  }
}
