"""What a roster of unknown origin gives, read without a database."""

import io
from datetime import date

import pytest

from integrations.oneroster.archive import Archive, ArchiveRefused
from integrations.oneroster.plan import Entry, Roster
from tests.integrations.rosters import zipped

TODAY = date(2025, 11, 21)


def read(files, *, known=None, limits=None):
    """Everything a roster gives: the roster, its entries by noun, and every finding."""
    data = files if isinstance(files, bytes) else zipped(files)
    with Archive(io.BytesIO(data), limits=limits) as archive:
        roster = Roster(archive, today=TODAY, known=known)
        roster.prepare()
        entries, findings = {}, list(roster.findings)
        for noun in roster.nouns:
            entries[noun] = []
            for result in roster.stream(noun):
                findings.extend(result.findings)
                if isinstance(result, Entry):
                    entries[noun].append(result.record)
        return roster, entries, findings


def said(findings, severity=None):
    """Findings as (file, line, column, code)."""
    return [(f.file, f.line, f.column, f.code) for f in findings if severity in {None, f.severity}]


def refused(data, **kwargs):
    with pytest.raises(ArchiveRefused) as caught:
        read(data, **kwargs)
    assert caught.value.finding.reason
    return caught.value.finding.code
