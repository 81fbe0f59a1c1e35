"""The algebra of shared texts: operations as in Quill, places in UTF-16 code units. Pure: knows no framework.

A text is a list of insertions, a change a list of insertions, retains and deletions. `check` stands at the door;
`compose`, `transform`, `invert` and `apply` equal quill-delta 5; `Manuscript` is a text that changes in place.
"""

from coediting.delta.algebra import (
    apply,
    compose,
    from_plain,
    invert,
    length,
    plain,
    reach,
    transform,
    transform_position,
)
from coediting.delta.check import (
    BLOCK_FORMATS,
    EMBEDS,
    FORMATS,
    LONGEST_INSERT,
    LONGEST_TEXT,
    MOST_OPERATIONS,
    BadOperation,
    BeyondTheEnd,
    SplitPair,
    TooLarge,
    check,
)
from coediting.delta.difference import diff, marked
from coediting.delta.lines import Line, html, lines
from coediting.delta.manuscript import Manuscript
from coediting.delta.units import Op, Ops, units

__all__ = [
    "BLOCK_FORMATS",
    "EMBEDS",
    "FORMATS",
    "LONGEST_INSERT",
    "LONGEST_TEXT",
    "MOST_OPERATIONS",
    "BadOperation",
    "BeyondTheEnd",
    "Line",
    "Manuscript",
    "Op",
    "Ops",
    "SplitPair",
    "TooLarge",
    "apply",
    "check",
    "compose",
    "diff",
    "from_plain",
    "html",
    "invert",
    "length",
    "lines",
    "marked",
    "plain",
    "reach",
    "transform",
    "transform_position",
    "units",
]
