"""The organisation of a transaction: set in one place, gone with the transaction (R19)."""

import pytest
from django.db import InterfaceError, OperationalError, connection, transaction

from core.tenant import current_organization_id, organization
from students.models import Student


@pytest.mark.django_db(transaction=True)
def test_organisation_ends_with_its_transaction(committed_cast):
    """R19: the next user of a pooled connection starts with nothing."""
    with organization(committed_cast.district.id):
        assert Student.objects.count() == 2
        backend = connection.connection.info.backend_pid

    assert not Student.objects.exists()
    with transaction.atomic():
        assert current_organization_id() is None
        assert not Student.objects.exists()
    assert connection.connection.info.backend_pid == backend


@pytest.mark.django_db(transaction=True)
def test_organisation_ends_with_a_transaction_that_failed(committed_cast):
    with pytest.raises(ZeroDivisionError), organization(committed_cast.district.id):
        _ = 1 / 0

    assert not Student.objects.exists()


def test_nested_organisation_puts_the_outer_one_back(cast):
    with organization(cast.elsewhere.id):
        assert set(Student.objects.all()) == {cast.stranger}
        with organization(None):
            assert not Student.objects.exists()
        assert set(Student.objects.all()) == {cast.stranger}

    assert current_organization_id() == cast.district.id


def test_setting_is_local_to_the_transaction_everywhere():
    """R19: nothing but `core/tenant.py` sets it, and it never sets it for the session."""
    import re
    from pathlib import Path

    root = Path(__file__).resolve().parents[2]
    found = [
        path.relative_to(root).as_posix()
        for app in (
            "core",
            "accounts",
            "students",
            "ieps",
            "progress",
            "integrations",
            "notifications",
            "live",
            "casefile",
            "sped",
        )
        for path in (root / app).rglob("*.py")
        if re.search(r"set_config\('app|SET\s+(LOCAL|SESSION)\s+app\.", path.read_text())
    ]

    assert found == ["core/tenant.py"]
    assert "true)" in (root / "core" / "tenant.py").read_text()
    assert "false)" not in (root / "core" / "tenant.py").read_text()


def lose_the_connection(organization_id, *, is_swallowed):
    with organization(organization_id):
        connection.connection.pgconn.finish()
        try:
            Student.objects.count()
        except (OperationalError, InterfaceError):
            if not is_swallowed:
                raise


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_swallowed", [True, False])
def test_lost_connection_is_let_go_and_never_passes_for_a_commit(committed_cast, is_swallowed):
    """R65, F5: Django would wait for another connection only to end a transaction that is lost."""
    with pytest.raises((OperationalError, InterfaceError)):
        lose_the_connection(committed_cast.district.id, is_swallowed=is_swallowed)

    assert connection.connection is None
    assert not Student.objects.exists()  # on a connection of its own
