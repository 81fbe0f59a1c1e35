"""How often something may be tried in a while, counted exactly, in PostgreSQL: Redis may be away (R3).

One row for each key keeps the instants of what was let through. One statement counts and writes, so that many at once
are let through as often as one after the other. Call it outside a transaction: what is rolled back was never counted.
"""

import hashlib

from django.db import connection
from django.utils.translation import gettext_lazy as _

from core.errors import SpedError

LONGEST_SECONDS = 24 * 60 * 60

SPEND = """
INSERT INTO core_attempts AS held (key, at, ends_at)
VALUES (%(key)s, ARRAY[clock_timestamp()], clock_timestamp() + %(seconds)s * interval '1 second')
ON CONFLICT (key) DO UPDATE SET
    at = ARRAY(
        SELECT t FROM unnest(held.at) AS t WHERE t > clock_timestamp() - %(seconds)s * interval '1 second'
    ) || clock_timestamp(),
    ends_at = clock_timestamp() + %(seconds)s * interval '1 second'
WHERE (
    SELECT count(*) FROM unnest(held.at) AS t WHERE t > clock_timestamp() - %(seconds)s * interval '1 second'
) < %(limit)s
RETURNING key
"""
SWEEP = "DELETE FROM core_attempts WHERE ends_at < clock_timestamp()"


class TooManyAttempts(SpedError):
    """This was tried too often in too short a while."""

    code = "too_many_attempts"
    status = 429
    message = _("That was tried too often. Wait a minute, then try again.")


def spend(key: str, limit: int, seconds: int) -> bool:
    """Whether one more is let through: at most `limit` in any `seconds` (a day at most) for a key.

    The key is kept as a hash, so that no address stands in the table.
    """
    if not 0 < seconds <= LONGEST_SECONDS or limit < 1:
        raise ValueError("a limit is one or more, in a second to a day")
    digest = hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
    with connection.cursor() as cursor:
        cursor.execute(SPEND, {"key": digest, "limit": limit, "seconds": seconds})
        return cursor.fetchone() is not None


def sweep_attempts() -> int:
    """Forget what no longer counts. Returns how many keys went."""
    with connection.cursor() as cursor:
        cursor.execute(SWEEP)
        return int(cursor.rowcount)
