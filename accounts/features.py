"""Parts of the program that a district may turn off: one list, asked by pages, the API and navigation alike."""

from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.actor import Actor
from core.errors import SpedError


class FeatureOff(SpedError):
    """The district has turned this part of the program off."""

    code = "feature_off"
    status = 403
    message = _("Your district has turned this off.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Feature:
    """One part. `closes` are the names of addresses that answer nobody while it is off."""

    name: str
    label: str | Promise
    description: str | Promise
    default: bool = True
    closes: tuple[str, ...] = ()


FEATURES: tuple[Feature, ...] = (
    Feature(
        name="family_pages",
        label=_("Family pages"),
        description=_("Parents sign in and see what the school shares with them."),
    ),
    Feature(
        name="roster_imports",
        label=_("Roster imports"),
        description=_("Rosters are taken in from files and by the API."),
        closes=("integrations:*", "api-import*"),
    ),
    Feature(
        name="api_access",
        label=_("API access"),
        description=_("Other programs read and write with tokens."),
    ),
    Feature(
        name="csv_export",
        label=_("CSV export"),
        description=_("Lists and scores are downloaded as files for a spreadsheet."),
        closes=("*csv*", "casefile:export*", "*:export-list*"),
    ),
    Feature(
        name="command_palette",
        label=_("Command palette"),
        description=_("One box, opened by keyboard, leads to pages, students and acts."),
        closes=("*palette*",),
    ),
)
BY_NAME = {feature.name: feature for feature in FEATURES}


def is_on(actor: Actor, name: str) -> bool:
    """Whether a feature is on where the actor acts. Raises KeyError for a name that is not in the list."""
    return BY_NAME[name].name not in actor.features_off


def turned_off(chosen: Mapping[str, bool]) -> frozenset[str]:
    """The features that are off, by what a district chose; where it chose nothing, by default."""
    return frozenset(feature.name for feature in FEATURES if not chosen.get(feature.name, feature.default))


def check_open(actor: Actor, view_name: str) -> None:
    """Refuse an address that belongs to a feature which is off. Raises FeatureOff."""
    for feature in FEATURES:
        if feature.name in actor.features_off and any(
            fnmatchcase(view_name, pattern) for pattern in feature.closes
        ):
            raise FeatureOff(details={"feature": feature.name})
