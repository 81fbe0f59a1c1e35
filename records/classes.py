"""The classes of records that a district keeps for a time, each with the years unless the district says otherwise.

No federal law names one term for a special-education record. It must be kept while somebody asks to see it
(34 CFR 99.10(e)), while a complaint may still be brought (two years, 300.511(e)), and for three years where it shows
how federal money was spent (2 CFR 200.334, 20 U.S.C. 1232f). States ask for up to seven years: the default is theirs.
"""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class RecordClass(StrEnum):
    RECORD = "record"
    ROSTER = "roster"
    MESSAGES = "messages"
    IMPORTS = "imports"


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """How long a class is kept unless the district says otherwise, at least, and why."""

    label: str | Promise
    years: int
    least: int
    why: str | Promise


TERMS: dict[RecordClass, Term] = {
    RecordClass.RECORD: Term(
        label=_("Special-education record, in years after the exit"),
        years=7,
        least=3,
        why=_(
            "IEPs, goals, progress data, evaluations and the record of access stay together. At least 3 years: they "
            "show how federal money was spent (2 CFR 200.334). Many States ask for 5 to 7."
        ),
    ),
    RecordClass.ROSTER: Term(
        label=_("Roster entries of pupils who left, in years"),
        years=1,
        least=1,
        why=_(
            "Without a case file there is no special-education record. The student information system keeps its own."
        ),
    ),
    RecordClass.MESSAGES: Term(
        label=_("Messages to people, in years"),
        years=2,
        least=2,
        why=_(
            "They show that a notice was given while a complaint may be brought: 2 years (34 CFR 300.511(e))."
        ),
    ),
    RecordClass.IMPORTS: Term(
        label=_("Reports of imports, in years"),
        years=1,
        least=1,
        why=_("They name pupils line by line and are needed until the import was checked."),
    ),
}
MOST_YEARS = 60
