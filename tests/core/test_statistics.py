"""How full the tables are, told to PostgreSQL at once."""

import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from tests.conftest import ROOT

LOOKED = "SELECT last_analyze FROM pg_stat_user_tables WHERE relname = 'students_student'"


def test_the_owner_gathers_statistics_by_one_command(administrator):
    (before,) = administrator.execute(LOOKED).fetchone()
    owner = f"{settings.OWNER_URL.rpartition('/')[0]}/{settings.TEST_DATABASE}"
    told = {"DATABASE_OWNER_URL": owner, "DJANGO_SETTINGS_MODULE": "sped.settings", "DEBUG": "1"}

    subprocess.run(
        [sys.executable, "manage.py", "gather_statistics"], cwd=ROOT, env=os.environ | told, check=True
    )

    (after,) = administrator.execute(LOOKED).fetchone()
    assert after is not None
    assert before is None or after > before


def test_the_application_is_told_that_it_may_not(db):
    with pytest.raises(CommandError, match="DATABASE_OWNER_URL"):
        call_command("gather_statistics")
