"""Changes of roster imports: starting, applying, ending."""

from integrations.mutations.apply import apply_batch as apply_batch
from integrations.mutations.edfi import attach_records as attach_records
from integrations.mutations.runs import (
    cancel_import as cancel_import,
)
from integrations.mutations.runs import (
    claim_import as claim_import,
)
from integrations.mutations.runs import (
    continue_import as continue_import,
)
from integrations.mutations.runs import (
    fail_import as fail_import,
)
from integrations.mutations.runs import (
    finish_import as finish_import,
)
from integrations.mutations.runs import (
    repeat_import as repeat_import,
)
from integrations.mutations.runs import (
    start_import as start_import,
)
