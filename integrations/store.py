"""Where rosters wait until they are applied."""

from core.files import Shelf

ROSTERS = Shelf("imports", ".zip")
