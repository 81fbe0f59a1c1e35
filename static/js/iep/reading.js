/** How hard English words are to read: the grade of Flesch and Kincaid, from sentences, words and syllables. */

const FEWEST_WORDS = 20; // of fewer words a grade says nothing

/** @param {string} word */
export function syllables(word) {
  const clean = word.toLowerCase().replace(/[^a-z]/g, "");
  if (clean.length <= 3) return clean ? 1 : 0;
  const core = clean.replace(/(?:[^laeiouy]es|[^laeiouytd]ed|[^laeiouy]e)$/, "").replace(/^y/, "");
  return Math.max(1, core.match(/[aeiouy]{1,2}/g)?.length ?? 0);
}

/**
 * @param {string} text
 * @returns {number | null} a school grade from 1, or null for too few words
 */
export function gradeOf(text) {
  const words = text.match(/[\p{L}\p{N}][\p{L}\p{N}'’-]*/gu) ?? [];
  if (words.length < FEWEST_WORDS) return null;
  const sentences = Math.max(1, text.split(/[.!?]+(?:\s|$)|\n+/).filter((part) => /\p{L}/u.test(part)).length);
  const spoken = words.reduce((sum, word) => sum + Math.max(1, syllables(word)), 0);
  const grade = 0.39 * (words.length / sentences) + 11.8 * (spoken / words.length) - 15.59;
  return Math.max(1, Math.round(grade));
}
