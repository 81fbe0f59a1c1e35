"""A case file that is put away is changed by nobody, administrators included, until it is taken out again."""

import random

import pytest
from django.db import transaction
from django.utils.timezone import now

from core.errors import SpedError
from students.models import Student
from tests.factories.ieps import AccommodationFactory, GoalFactory, IepFactory, ServiceFactory
from tests.live.changes import CHANGES, Nothing, World

KEPT = {"ieps", "documents", "progress"}
# What the software works out from what is there, and what is refused by another rule before this one.
DERIVED = {
    "progress.mutations.summaries.rebuild_summaries",
    "progress.mutations.summaries.summarise_iep",
    "progress.mutations.overview.export_overview",
    "progress.mutations.evaluation.evaluate_goal",
    "progress.mutations.evaluation.evaluate_batch",
    "progress.mutations.district.set_prompt_levels",
    "progress.mutations.district.set_decision_rule",
}
OTHERS_ONLY = {
    "ieps.mutations.lifecycle.confirm_glance",
    "progress.mutations.points.record_progress_point",
    "progress.mutations.points.record_second_observation",
}
# It refuses each entry for itself, with a code of its own, and writes none.
ENTRY_BY_ENTRY = {"progress.mutations.sessions.record_session"}


class Back(Exception):
    """Ends a transaction whose work is not wanted."""


def refusal(change, world):
    """The code with which a change of the archived student is refused; None when it was made."""
    found = None
    try:
        with transaction.atomic():
            Student.objects.filter(id=world.student.id).update(archived_at=now(), archived_reason="moved")
            try:
                with transaction.atomic():
                    change(world)
            except SpedError as error:
                found = error.code
            except Nothing:
                found = "nothing"
            raise Back
    except Back:
        return found


@pytest.fixture
def world(cast, monkeypatch, settings, tmp_path):
    """Everybody's changes, made by an administrator, who alone sees what is archived."""
    settings.STORAGE_URL = (tmp_path / "files").as_uri()
    iep = IepFactory(student=cast.student, number=1, active=True)
    GoalFactory(iep=iep, number=1)
    ServiceFactory(iep=iep)
    AccommodationFactory(iep=iep)
    return World(cast=cast, dice=random.Random(1))


def test_no_part_of_an_archived_case_file_is_written(world, monkeypatch):
    codes = {}
    ada = world.cast.ada
    for name, change in CHANGES.items():
        if name.partition(".")[0] in KEPT - DERIVED:
            with monkeypatch.context() as patched:
                for whoever in ("actor", "teammate"):
                    patched.setattr(World, whoever, lambda _world, _name: ada.acting())
                codes[name] = refusal(change, world)
        try:
            with transaction.atomic():
                change(world)
        except (SpedError, Nothing):
            continue

    wrong = {name: code for name, code in codes.items() if code != "archived" and name not in DERIVED}
    assert wrong == dict.fromkeys(OTHERS_ONLY, "not_allowed") | dict.fromkeys(ENTRY_BY_ENTRY, "nothing")
    assert len(codes) > 20
