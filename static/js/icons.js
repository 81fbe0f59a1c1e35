/** The two drawings that scripts need; all others are written by the server. */

const DRAWINGS = { loader: "M21 12a9 9 0 1 1-6.219-8.56", check: "M20 6 9 17l-5-5" };
const SVG = "http://www.w3.org/2000/svg";

/** @param {keyof typeof DRAWINGS} name */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  for (const [key, value] of Object.entries({
    class: `i i-${name}`,
    width: "18",
    height: "18",
    viewBox: "0 0 24 24",
    fill: "none",
    stroke: "currentColor",
    "stroke-width": "2.2",
    "stroke-linecap": "round",
    "stroke-linejoin": "round",
    "aria-hidden": "true",
  })) {
    svg.setAttribute(key, value);
  }
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", DRAWINGS[name]);
  svg.append(path);
  return svg;
}
