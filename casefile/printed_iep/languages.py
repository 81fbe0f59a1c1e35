"""In which language a stretch of words is, as far as its letters tell. Pure."""

import re
import unicodedata
from collections import Counter

SCRIPTS = {
    "ARABIC": "ar",
    "HEBREW": "he",
    "DEVANAGARI": "hi",
    "GREEK": "el",
    "CYRILLIC": "ru",
    "HANGUL": "ko",
    "HIRAGANA": "ja",
    "KATAKANA": "ja",
    "CJK": "zh",
}
OTHER_LETTERS = frozenset({*SCRIPTS.values(), "uk"})
OF_SCRIPT = {"CYRILLIC": ("ru", "uk"), "CJK": ("zh", "ja", "ko")}
"""Scripts of several languages: the language of the whole text stays when it is one of them."""
FONTS = ("Noto Sans", "Noto Sans Arabic", "Noto Sans Hebrew", "Noto Sans Devanagari")
LETTER = re.compile("[A-Za-z]")
EAST_ASIAN = {"zh": "Noto Sans SC", "ja": "Noto Sans JP", "ko": "Noto Sans KR"}


def language_of(words: str, language: str) -> str:
    """The language of some words: the given one unless most letters are of a script that it is not written in."""
    if words.isascii():
        return "en" if language in OTHER_LETTERS and LETTER.search(words) else language
    found: Counter[str] = Counter()
    for sign in words:
        if sign.isascii() or not sign.isalpha():
            found["LATIN"] += sign.isalpha()
            continue
        script = unicodedata.name(sign, "").partition(" ")[0]
        found["LATIN" if script not in SCRIPTS else script] += 1
    if found["HIRAGANA"] or found["KATAKANA"]:
        found["HIRAGANA"] += found.pop("CJK", 0)
    if not found or not +found:
        return language
    script = found.most_common(1)[0][0]
    if script == "LATIN":
        return "en" if language in OTHER_LETTERS else language
    if language in OF_SCRIPT.get(script, ()):
        return language
    return SCRIPTS[script]


def fonts_for(language: str) -> list[str]:
    """The fonts of a document in the order in which they are tried: characters that East Asia shares look as asked."""
    first = EAST_ASIAN.get(language)
    return [*FONTS, *([first] if first else []), *(font for font in EAST_ASIAN.values() if font != first)]
