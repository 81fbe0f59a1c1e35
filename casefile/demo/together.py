"""An IEP of the demonstration that three people write together: who wrote what and when, and what they say of it."""

from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from accounts.actors import actor_of_person
from coediting import delta
from coediting.models import Text, TextChange
from coediting.mutations import catch_up
from core.actor import Actor
from ieps.models import Comment, Iep
from ieps.mutations import add_comment, answer_comment, resolve_comment
from ieps.sections import NARRATIVES
from ieps.texts import RULE, as_text

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import Person
    from casefile.demo.build import District

WRITTEN = ("Ethan", "Vance")
FIELD = "present_levels"
ROUTINE = "Changes without warning are hard, above all after lunch."
SPEECH = (
    "He uses three- and four-word requests with classmates in 6 of 10 chances; in September it was 2 of 10."
)
LUNCH = "A two-minute warning before lunch ends has helped since October: 4 of the last 5 days began on time."
HANDS = "He writes his name and copies a sentence of five words; letters with tails still leave the line."
STEPS: tuple[tuple[int, int, str, str, str], ...] = (
    (13, 65, "kwame", "", f" {SPEECH}"),
    (9, 190, "dana", ROUTINE, f"{ROUTINE} {LUNCH}"),
    (6, 120, "priyanka", "", f"\n{HANDS}"),
    (2, 75, "dana", "in 6 of 10 chances", "in 6 of 10 chances on the playground"),
)
"""Days ago, minute of the day, who, what was there, what stands there since; without the former at the end."""


def write_together(district: "District", actor: Actor) -> None:
    """Give a draft its texts with a past, and two threads of comments: one open, one settled."""
    iep = district.iep_of(WRITTEN, Iep.Status.DRAFT)
    if iep is None:
        return
    text_id = _texts(district, iep)
    catch_up(actor=actor, text_id=text_id)
    _comments(district, iep)


def _texts(district: "District", iep: Iep) -> UUID:
    """The texts of the draft: all begun by the case manager, one with a history."""
    dana = district.people["dana"]
    began_at = district.at(district.today - timedelta(days=15), 52)
    found: dict[str, Text] = {}
    for field in NARRATIVES:
        ops = as_text(getattr(iep, field))
        found[field] = Text.objects.create(
            organization=district.organization,
            student=iep.student,
            rule=RULE,
            subject_id=iep.id,
            field=field,
            version=int(bool(ops)),
            ops=ops,
            ops_version=int(bool(ops)),
            told_version=int(bool(ops)),
            is_written_on=bool(ops),
        )
        if ops:
            _change(found[field], 1, ops, dana, began_at)
    text = found[FIELD]
    words = str(getattr(iep, FIELD))
    for days, minute, who, old, new in STEPS:
        before, words = words, words.replace(old, new) if old else words + new
        at = district.at(district.today - timedelta(days=days), minute)
        text.version += 1
        _change(text, text.version, delta.diff(as_text(before), as_text(words)), district.people[who], at)
    text.save(update_fields=["version"])
    return text.id


def _change(text: Text, version: int, ops: list[dict[str, object]], person: "Person", at: "datetime") -> None:
    TextChange.objects.create(
        organization_id=text.organization_id,
        text=text,
        version=version,
        change_id=uuid4().hex,
        author_id=str(person.id),
        author_name=person.name,
        at=at,
        ops=ops,
    )


def _comments(district: "District", iep: Iep) -> None:
    """The specialist asks and mentions the case manager; an earlier question of hers is settled."""
    dana, kwame, priyanka = (
        actor_of_person(person_id=district.people[key].id, organization_id=district.organization.id)
        for key in ("dana", "kwame", "priyanka")
    )
    words = Text.objects.get(organization=district.organization, subject_id=iep.id, field=FIELD)
    plain = delta.apply([], words.ops)[0]["insert"]
    quote = "on the playground"
    asked = add_comment(
        actor=kwame,
        iep_id=iep.id,
        field=FIELD,
        body="I counted these at lunch too: 5 of 10. Shall we say both?",
        start=plain.index(quote),
        length=len(quote),
        mentioned=[dana.person_id],
    )
    said = answer_comment(
        actor=dana, comment_id=asked.id, body="Yes please, and with the week in which you counted."
    )
    settled = add_comment(
        actor=dana,
        iep_id=iep.id,
        field=FIELD,
        body="Priyanka, can you add where he is with handwriting?",
        mentioned=[priyanka.person_id],
    )
    done = answer_comment(actor=priyanka, comment_id=settled.id, body="Added at the end.")
    resolve_comment(actor=dana, comment_id=settled.id)
    for comment, days, minute in ((settled, 9, 200), (done, 6, 125), (asked, 1, 80), (said, 1, 165)):
        at = district.at(district.today - timedelta(days=days), minute)
        Comment.objects.filter(organization=district.organization, id=comment.id).update(created_at=at)
