"""Legal numbers with unit and citation. Where a State may differ, the district's setting wins."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LegalNumber:
    """A number that a regulation sets, its unit, and where it stands."""

    value: int
    unit: str
    citation: str


ANNUAL_REVIEW = LegalNumber(1, "year", "34 CFR 300.324(b)(1)(i)")
REEVALUATION = LegalNumber(3, "years", "34 CFR 300.303(b)(2)")
INITIAL_EVALUATION = LegalNumber(60, "calendar days", "34 CFR 300.301(c)(1)(i)")
TRANSITION_AGE = LegalNumber(16, "years", "34 CFR 300.320(b)")
CONSENT_FOR_SERVICES = "34 CFR 300.300(b)"
EDUCATION_RECORDS_ACCESS = "34 CFR 300.614; 34 CFR 99.32"
SITTING_MINUTES = 30  # reading one record for this long counts as one access in the record of access
