/** Sentences that scripts say, already translated by the server (templates/components/words.html). */

/** @type {Map<string, string> | undefined} */
let words;

/**
 * @param {string} name
 * @param {Record<string, string | number>} [values] what stands for {name} in the sentence
 * @returns {string}
 */
export function say(name, values = {}) {
  if (!words) {
    const boxes = /** @type {HTMLTemplateElement[]} */ ([...document.querySelectorAll("template#words, template[data-words]")]);
    const spans = boxes.flatMap((box) => /** @type {HTMLElement[]} */ ([...box.content.querySelectorAll("[data-word]")]));
    words = new Map(spans.map((span) => [span.dataset.word ?? "", span.textContent ?? ""]));
  }
  return (words.get(name) ?? "").replace(/\{(\w+)\}/g, (_, key) => String(values[key] ?? ""));
}
