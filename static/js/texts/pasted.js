/**
 * HTML from elsewhere, with plain elements only: styles become elements, everything else that an element carries goes.
 * It is read inside a template, where nothing of it runs or loads.
 */

const GONE = "script, style, link, meta, title, head, template, noscript, iframe, object, embed, svg, math, img, picture, audio, video, canvas, form, input, button, select, textarea";
const HEADINGS = "h1, h2, h3, h4, h5, h6, th";
const MARKER = /^\s*(?:\(?[0-9]{1,3}[.)]|\(?[a-z][.)])/i;

/** @param {Element} element @param {string} tag the same children in an element of another name */
function renamed(element, tag) {
  const made = document.createElement(tag);
  made.append(...element.childNodes);
  element.replaceWith(made);
  return made;
}

/** @param {Element} element @param {string} tag */
function within(element, tag) {
  const made = document.createElement(tag);
  made.append(...element.childNodes);
  element.append(made);
}

/** A paragraph of a word processor that is drawn like an item of a list. @param {Element} element */
function asItem(element) {
  const marker = element.querySelector('[data-style*="mso-list:Ignore" i], [data-style*="mso-list: Ignore" i]');
  const list = document.createElement(MARKER.test((marker ?? element).textContent ?? "") ? "ol" : "ul");
  marker?.remove();
  element.replaceWith(list);
  list.append(element);
  renamed(element, "li");
}

/** @param {Element} element */
function plainly(element) {
  const style = element.getAttribute("data-style") ?? "";
  if (/mso-list:\s*l\d/i.test(style)) {
    asItem(element);
    return;
  }
  if (/font-weight:\s*(?:normal|[1-4]00)/i.test(style) && element.matches("b, strong")) {
    renamed(element, "span");
    return;
  }
  if (/font-weight:\s*(?:bold|[6-9]00)/i.test(style) || element.matches(HEADINGS)) within(element, "b");
  if (/font-style:\s*italic/i.test(style)) within(element, "i");
  if (/text-decoration[^;]*underline/i.test(style) && !element.matches("a")) within(element, "u");
}

const TAG = /<[a-z][^\s>/]*[\s/](?:"[^"]*"|'[^']*'|[^'">])*>/gi;
const LOUD = /([\s/"'])(style|on\w+)(?=\s*=)/gi;

/** @param {string} html */
export function tidied(html) {
  const box = document.createElement("template");
  // Browsers report styles and handlers against the page's policy even where they can have no effect.
  box.innerHTML = html.replace(TAG, (tag) => tag.replace(LOUD, "$1data-$2"));
  for (const element of box.content.querySelectorAll(GONE)) element.remove();
  for (const element of box.content.querySelectorAll(`[data-style], ${HEADINGS}`)) plainly(element);
  for (const element of box.content.querySelectorAll("*")) {
    for (const name of element.getAttributeNames()) {
      if (name !== "href" && name !== "data-list") element.removeAttribute(name);
    }
  }
  return box.innerHTML;
}
