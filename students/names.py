"""Names as they are shown, compared, sorted and found."""

import re
import unicodedata

# Letters that Unicode does not take apart into a plain letter and a mark.
PLAIN = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h"}
)
APOSTROPHES = re.compile(r"[\u0027\u2018\u2019\u02bb\u02bc`]")  # O'Brien is found as obrien
NOT_A_WORD = re.compile(r"[^\w]+|_+")
LONGEST_WORD = 80
SHOWN_OF_STUDENT = ("student__preferred_name", "student__given_name", "student__family_name")
"""The columns of which `shown_name` makes the name of a row's student."""


def shown_name(preferred_name: str, given_name: str, family_name: str) -> str:
    """The name on pages: the preferred given name, then the family name."""
    return f"{preferred_name or given_name} {family_name}"


def normalised(text: str) -> str:
    """Lower case without accents or marks, as names are compared and sorted."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(character for character in decomposed if not unicodedata.combining(character))
    return plain.translate(PLAIN).strip()


def sort_name(given_name: str, family_name: str) -> str:
    """Family name first, normalised."""
    return f"{normalised(family_name)} {normalised(given_name)}"[:180]


def words_in(text: str) -> tuple[str, ...]:
    """The normalised words of a text, each once, in order."""
    found = NOT_A_WORD.split(APOSTROPHES.sub("", normalised(text)))
    return tuple(dict.fromkeys(word[:LONGEST_WORD] for word in found if word))
