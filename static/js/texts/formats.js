/**
 * Which formats a shared text takes: the same as coediting/delta/check.py, which has the last word.
 * Whatever is pasted or typed passes here before it is sent.
 */

import Delta from "quill-delta";

const LINK = /^(?:https?:\/\/|mailto:)[^\s\x00-\x1f\x7f"<>\\^`{|}]{1,2000}$/i;

/** @type {Record<string, (value: unknown) => boolean>} */
export const FORMATS = {
  bold: (value) => value === true,
  italic: (value) => value === true,
  underline: (value) => value === true,
  list: (value) => value === "bullet" || value === "ordered",
  link: (value) => typeof value === "string" && LINK.test(value),
};
export const BLOCK_FORMATS = new Set(["list"]);

/** @param {string} address */
export function isLink(address) {
  return FORMATS.link(address);
}

/**
 * @param {Record<string, unknown> | undefined} attributes
 * @param {boolean} mayRemove a null takes a format away
 * @param {boolean} isBreak
 */
function allowed(attributes, mayRemove, isBreak) {
  const kept = Object.entries(attributes ?? {}).filter(([name, value]) => {
    if (BLOCK_FORMATS.has(name) && !isBreak) return false;
    return FORMATS[name]?.(value) || (mayRemove && value === null && name in FORMATS);
  });
  return kept.length > 0 ? Object.fromEntries(kept) : undefined;
}

/** @param {string} text */
function clean(text) {
  return text.replace(/\r\n?/g, "\n").replaceAll("\0", "").toWellFormed();
}

/**
 * A change with allowed formats and letters only.
 *
 * @param {Delta} change
 */
export function sifted(change) {
  return change.reduce((result, op) => {
    if (typeof op.insert === "string") {
      for (const part of clean(op.insert).split(/(\n+)/)) {
        result.insert(part, allowed(op.attributes, false, part.startsWith("\n")));
      }
    } else if (typeof op.retain === "number") result.retain(op.retain, allowed(op.attributes, true, true));
    else if (op.delete) result.delete(op.delete);
    return result;
  }, new Delta());
}

/** @param {string} text @param {number} at */
function isWithinAPair(text, at) {
  return /[\ud800-\udbff]/.test(text[at - 1] ?? "") && /[\udc00-\udfff]/.test(text[at] ?? "");
}

/** @param {Delta} text */
export function plain(text) {
  return text.ops.map((op) => (typeof op.insert === "string" ? op.insert : "\ufffc")).join("");
}

/** @param {Delta} change @param {string} words of the text it changes */
function cutsAPair(change, words) {
  let at = 0;
  return change.ops.some((op) => {
    if (typeof op.insert === "string") return !op.insert.isWellFormed() || isWithinAPair(words, at);
    const starts = isWithinAPair(words, at) && Boolean(op.delete || op.attributes);
    at += op.delete ?? /** @type {number} */ (op.retain);
    return starts || (isWithinAPair(words, at) && Boolean(op.delete || op.attributes));
  });
}

/**
 * The same change, in whole characters: browsers may tell that half of an emoji became another half.
 *
 * @param {Delta} change
 * @param {Delta} text what it changes
 */
export function inWholeCharacters(change, text) {
  const words = plain(text);
  if (!/[\ud800-\udfff]/.test(words) && change.ops.every((op) => typeof op.insert !== "string" || op.insert.isWellFormed())) {
    return change;
  }
  if (!cutsAPair(change, words)) return change;
  const after = text.compose(change);
  const now = plain(after);
  let start = 0;
  while (start < Math.min(words.length, now.length) && words[start] === now[start]) start += 1;
  while (isWithinAPair(words, start) || isWithinAPair(now, start)) start -= 1;
  let end = 0;
  while (end < Math.min(words.length, now.length) - start && words.at(-1 - end) === now.at(-1 - end)) end += 1;
  while (isWithinAPair(words, words.length - end) || isWithinAPair(now, now.length - end)) end -= 1;
  const middle = after.slice(start, now.length - end);
  return new Delta().retain(start).concat(middle).delete(words.length - start - end).chop();
}

/**
 * A change in two: a first part that is small enough for one frame, and what is left, made on top of it.
 *
 * @param {Delta} change
 * @param {number} most units and operations together
 * @returns {[Delta, Delta | null]}
 */
export function portion(change, most) {
  const first = new Delta();
  let room = most;
  for (const [at, op] of change.ops.entries()) {
    room -= 16 + JSON.stringify(op.attributes ?? "").length;
    if (typeof op.insert === "string" && op.insert.length > room) {
      let cut = Math.max(1, room);
      if (isWithinAPair(op.insert, cut)) cut += 1;
      first.insert(op.insert.slice(0, cut), op.attributes);
      const rest = new Delta().retain(reached(first)).insert(op.insert.slice(cut), op.attributes);
      return [first, rest.concat(new Delta(change.ops.slice(at + 1)))];
    }
    if (room < 0 && at > 0) return [first, new Delta().retain(reached(first)).concat(new Delta(change.ops.slice(at)))];
    first.push(op);
    if (typeof op.insert === "string") room -= op.insert.length;
  }
  return [first, null];
}

/** @param {Delta} change how far into the changed text it reaches */
function reached(change) {
  return change.ops.reduce((sum, op) => {
    if (typeof op.insert === "string") return sum + op.insert.length;
    return sum + (typeof op.retain === "number" ? op.retain : 0);
  }, 0);
}
