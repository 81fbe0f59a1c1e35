"""Making and changing texts. Audit verbs: `coediting.text.created`, `.locked`, `.unlocked`, `.restored`, `.edited`.

What was written is in the log of changes, which is the audit of a text; the audit itself says once for each sitting who
wrote at which text from when to when.
"""

from coediting.mutations.changes import change_text as change_text
from coediting.mutations.changes import replace_text as replace_text
from coediting.mutations.changes import restore_version as restore_version
from coediting.mutations.commits import catch_up as catch_up
from coediting.mutations.commits import commit_batches as commit_batches
from coediting.mutations.commits import keep_texts as keep_texts
from coediting.mutations.locks import lock_texts as lock_texts
from coediting.mutations.locks import unlock_texts as unlock_texts
from coediting.mutations.sittings import write_down_sittings as write_down_sittings
from coediting.mutations.snapshots import take_snapshot as take_snapshot
from coediting.mutations.texts import create_text as create_text
from coediting.mutations.texts import create_texts as create_texts
