"""What one version changes of another, as a pure comparison."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from coediting import delta
from ieps.differences import compare, pieces

WORDS = st.text(alphabet="ab c\n😀é.", max_size=40)


def content(**more):
    return {
        "columns": {"placement": "regular_80", "number": 1},
        "texts": {"impact": {"words": "Long passages take time."}},
        "goals": [],
        "services": [],
        "accommodations": [],
        **more,
    }


def read(found, kinds):
    return "".join(piece.text for piece in found if piece.kind in kinds)


@given(WORDS, WORDS)
def test_pieces_read_as_the_text_before_and_as_the_text_after(before, after):
    old, new = delta.from_plain(before), delta.from_plain(after)

    found = pieces(delta.diff(old, new), old)

    assert read(found, {"same", "removed", "formatted"}) == before
    assert read(found, {"same", "added", "formatted"}) == after
    assert not any((a.kind, b.kind) == ("added", "removed") for a, b in pairwise(found))


def test_equal_contents_differ_in_nothing():
    assert compare(content(), content()).count == 0


def test_number_and_kind_of_a_version_are_no_difference():
    assert compare(content(), content(columns={"placement": "regular_80", "number": 2})).count == 0


def test_format_alone_is_told_as_a_format():
    plain = {"words": "Reads well", "version": 1, "ops": [{"insert": "Reads well\n"}]}
    bold = {
        "words": "Reads well",
        "version": 2,
        "ops": [{"insert": "Reads "}, {"insert": "well", "attributes": {"bold": True}}, {"insert": "\n"}],
    }

    (field,) = compare(content(texts={"impact": plain}), content(texts={"impact": bold})).fields

    assert [(piece.kind, piece.text) for piece in field.pieces if piece.kind != "same"] == [
        ("formatted", "well")
    ]


def test_goals_are_matched_by_lineage_and_services_by_likeness():
    goal = {"id": "1", "lineage_id": "a", "number": 1, "title": "Reading", "target_value": "90"}
    speech = {"id": "2", "kind": "speech", "focus": "", "minutes": 30, "times": 1}
    motor = {"id": "3", "kind": "physical", "focus": "", "minutes": 20, "times": 1}
    base = content(goals=[goal], services=[speech, motor])
    new = content(
        goals=[{**goal, "id": "9", "target_value": "110"}],
        services=[{**motor, "id": "7"}, {**speech, "id": "8", "minutes": 45}],
    )

    found = compare(base, new)

    assert [(part.part, part.kind, [field.name for field in part.fields]) for part in found.parts] == [
        ("goals", "changed", ["target_value"]),
        ("services", "changed", ["minutes"]),
    ]


def test_rows_come_and_go():
    kept = {"id": "1", "kind": "testing", "text": "Extended time", "setting": ""}
    gone = {"id": "2", "kind": "testing", "text": "Breaks", "setting": ""}
    new = {"id": "3", "kind": "accommodation", "text": "A quiet seat", "setting": ""}

    found = compare(content(accommodations=[kept, gone]), content(accommodations=[{**kept, "id": "5"}, new]))

    assert [(part.kind, part.row["text"]) for part in found.parts] == [
        ("added", "A quiet seat"),
        ("removed", "Breaks"),
    ]
