"""Copies, terms, holds and destructions of whole records."""

from records.mutations.destruction import DestructionWaiting as DestructionWaiting
from records.mutations.destruction import Held as Held
from records.mutations.destruction import StillServed as StillServed
from records.mutations.destruction import TermNotPassed as TermNotPassed
from records.mutations.destruction import cancel_destruction as cancel_destruction
from records.mutations.destruction import destroy as destroy
from records.mutations.destruction import destroy_again as destroy_again
from records.mutations.destruction import finish_destruction as finish_destruction
from records.mutations.destruction import start_destruction as start_destruction
from records.mutations.exports import NoFile as NoFile
from records.mutations.exports import expire_export as expire_export
from records.mutations.exports import fetch_export as fetch_export
from records.mutations.exports import finish_export as finish_export
from records.mutations.exports import request_export as request_export
from records.mutations.exports import tell_of_writing as tell_of_writing
from records.mutations.notices import tell_guardians as tell_guardians
from records.mutations.pruning import prune as prune
from records.mutations.retention import lift_hold as lift_hold
from records.mutations.retention import place_hold as place_hold
from records.mutations.retention import set_policy as set_policy
