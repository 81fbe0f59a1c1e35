"""Legal numbers with unit and citation. Where a State may differ, the district's setting wins."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LegalNumber:
    """A number that a regulation sets, its unit, and where it stands."""

    value: int
    unit: str
    citation: str


TRANSITION_AGE = LegalNumber(16, "years", "34 CFR 300.320(b)")
CONSENT_FOR_SERVICES = "34 CFR 300.300(b)"
AMENDMENT_AGREED = "34 CFR 300.324(a)(4)"
AMENDMENT_BY_TEAM = "34 CFR 300.324(a)(6)"
SITTING_MINUTES = 30  # reading one record for this long counts as one access in the record of access
