"""Endpoints of students: what they answer when nothing changes."""

from datetime import timedelta

from students.models import TeamMember


def test_leaving_a_team_again_later_answers_with_the_day_that_holds(cast):
    member = TeamMember.objects.get(student=cast.student, person=cast.sam.person)
    today = cast.casey.actor.today
    url = f"/api/v1/students/{cast.student.id}/team/{member.id}/"
    client = cast.casey.client()

    first = client.patch(url, {"ends_on": today.isoformat()}, content_type="application/json")
    again = client.patch(
        url, {"ends_on": (today + timedelta(days=9)).isoformat()}, content_type="application/json"
    )

    assert [first.json()["ends_on"], again.json()["ends_on"]] == [today.isoformat()] * 2
    assert TeamMember.objects.get(id=member.id).ends_on == today
