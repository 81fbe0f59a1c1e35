"""Who acts: people by their address; the software, on the day of its district."""

from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.utils.timezone import now

from accounts.actors import actor_of_software, software_actors
from accounts.models import Organization, Person
from core.actor import Kind, Origin, system_actor
from core.errors import NotFound


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Etc/GMT+12"])  # never the same day
def test_software_acts_on_the_day_of_its_district(cast, zone):
    Organization.objects.filter(id=cast.district.id).update(timezone=zone)
    asked = system_actor(organization_id=cast.district.id, name="test").ref()
    today = now().astimezone(ZoneInfo(zone)).date()

    actor = actor_of_software(
        kind=Kind(asked["kind"]), organization_id=cast.district.id, name=asked["name"], origin=Origin()
    )

    assert (actor.today, actor.name, actor.kind) == (today, "test", Kind.SYSTEM)
    assert {each.today for each in software_actors(name="x") if each.organization_id == cast.district.id} == {
        today
    }


def test_software_does_nothing_in_a_closed_district(cast):
    Organization.objects.filter(id=cast.district.id).update(is_active=False)

    with pytest.raises(NotFound):
        actor_of_software(kind=Kind.SYSTEM, organization_id=cast.district.id, name="test", origin=Origin())


def test_person_is_found_by_address_in_any_case_through_an_index(cast):
    found = Person.objects.with_email("CASEY@Example.org")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")

    assert found.get() == Person.objects.get_by_natural_key("casey@EXAMPLE.org") == cast.casey.person
    assert "person_email_once_in_any_case" in found.explain()
