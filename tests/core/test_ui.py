"""The small pieces that templates draw."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django import forms
from django.template import Context, Template, TemplateSyntaxError
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from core.templatetags import ui
from core.templatetags.styleguide import SampleForm


def render(source: str, **context: object) -> str:
    return Template("{% load ui %}" + source).render(Context(context))


def test_icon_is_drawn_inline_and_hidden_from_assistive_technology():
    drawn = render("{% icon 'check' 20 'text-ok' %}")
    assert drawn.startswith('<svg class="i text-ok" width="20" height="20"')
    assert 'aria-hidden="true"' in drawn
    assert "<path" in drawn


def test_icon_refuses_a_name_it_does_not_have():
    with pytest.raises(TemplateSyntaxError, match="no icon named 'no-such-icon'"):
        render("{% icon 'no-such-icon' %}")


@pytest.mark.parametrize("status", ui.STATUSES)
def test_glyph_has_a_shape_of_its_own_for_every_status(status):
    others = [ui.GLYPHS[other] for other in ui.STATUSES if other != status]
    assert ui.GLYPHS[status] in render("{% glyph status %}", status=status)
    assert ui.GLYPHS[status] not in others


def test_glyph_speaks_only_when_it_is_given_words():
    assert 'role="img" aria-label="On track"' in render("{% glyph 'ok' 'On track' %}")
    assert 'aria-hidden="true"' in render("{% glyph 'ok' %}")


def test_glyph_of_an_unknown_status_is_the_empty_one():
    assert ui.GLYPHS["none"] in render("{% glyph 'weather' %}")


def test_chip_escapes_what_it_says():
    assert "&lt;b&gt;" in render("{% chip 'ok' text %}", text="<b>")


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Mateo Rivera Luna", "MR"),
        ("Zoë", "Z"),
        ("anne-marie smith", "AM"),
        ("", "?"),
        ("  — ", "?"),
        ("Élise Ö", "ÉÖ"),
    ],
)
def test_initials_are_of_the_first_two_words(name, letters):
    assert ui.initials(name) == letters


@pytest.mark.parametrize(
    ("part", "whole", "width"), [(30, 60, "50.0%"), (90, 60, "100.0%"), (-1, 60, "0.0%"), (1, 0, "0.0%")]
)
def test_meter_stays_between_nothing_and_full(part, whole, width):
    assert f'width="{width}"' in ui.meter(part, whole)


def test_drawings_carry_no_inline_style():
    drawn = (
        ui.meter(1, 2) + ui.axis(5, "watch") + ui.avatar("Ana Reyes", "30", "student", 3) + ui.glyph("act")
    )
    assert "style=" not in drawn


def test_near_date_speaks_as_people_do():
    today = timezone.localdate()
    assert ui.near_date(today) == "Today"
    assert ui.near_date(today - timedelta(days=1)) == "Yesterday"
    assert ui.near_date(today + timedelta(days=1)) == "Tomorrow"
    assert ui.near_date(date(2001, 3, 9)) == "Mar 9, 2001"
    assert ui.near_date(None) == ""


def test_days_left_counts_calendar_days():
    today = timezone.localdate()
    assert ui.days_left(today) == "today"
    assert ui.days_left(today + timedelta(days=1)) == "in 1 day"
    assert ui.days_left(today + timedelta(days=20)) == "in 20 days"
    assert ui.days_left(today - timedelta(days=3)) == "3 days ago"


def test_clock_writes_the_half_of_the_day_small():
    with timezone.override(UTC):
        assert ui.clock(datetime(2025, 11, 19, 13, 15, tzinfo=UTC)) == "1:15 pm"
        assert ui.clock(datetime(2025, 11, 19, 0, 5, tzinfo=UTC)) == "12:05 am"


def test_moment_of_a_change_a_second_ago_is_just_now():
    assert ui.moment(timezone.now() - timedelta(seconds=1)) == "just now"


def test_day_within_a_sentence_begins_small():
    now, today = timezone.now(), timezone.localdate()

    assert ui.in_sentence(ui.near_date(today)) == "today"
    assert ui.in_sentence(ui.near_date(date(2001, 3, 9))) == "Mar 9, 2001"
    assert ui.moment(now - timedelta(days=1)) == "yesterday"


def test_form_ties_each_error_to_its_field_and_keeps_what_was_typed():
    form = SampleForm({"meeting_on": "12/41/2025", "minutes": "0"})
    drawn = render_to_string("components/form.html", {"form": form, "submit": "Save"})
    assert 'id="id_minutes_error"' in drawn
    assert 'aria-describedby="id_minutes_hint id_minutes_error"' in drawn
    assert 'value="12/41/2025"' in drawn
    assert 'href="#id_setting"' in drawn
    assert "5 things to fix" in drawn


def test_form_gives_a_calendar_to_a_day_and_its_words_back_to_what_is_none():
    class Day(forms.Form):
        on = forms.DateField()

    good = render("{% control form.on %}", form=Day({"on": "2025-11-19"}))
    assert 'type="date"' in good
    assert 'value="2025-11-19"' in good
    assert 'value="2025-11-19"' in render(
        "{% control form.on %}", form=Day(initial={"on": date(2025, 11, 19)})
    )
    assert 'type="text"' in render("{% control form.on %}", form=Day({"on": "next week"}))


def test_form_groups_choices_under_a_legend_and_keeps_the_chosen_one():
    drawn = render_to_string(
        "components/form_fields.html", {"form": SampleForm({"delivery": "one", "days": ["tue"]})}
    )
    assert drawn.count("<legend") == 2
    assert 'value="one" id="id_delivery_1" checked' in drawn
    assert 'value="tue" id="id_days_1" checked' in drawn


def test_form_without_errors_has_no_summary():
    assert "data-error-summary" not in render_to_string(
        "components/form.html", {"form": SampleForm(), "submit": "Save"}
    )


@pytest.mark.parametrize("name", ["400", "403", "404", "500", "403_csrf"])
def test_error_page_draws_without_a_request_or_a_shell(name):
    drawn = render_to_string(f"{name}.html")
    assert '<main id="main"' in drawn
    assert "<h1" in drawn


def test_error_page_asks_nothing_of_session_or_database():
    def refuse() -> object:
        raise AssertionError

    context = {"shell": SimpleLazyObject(refuse), "messages": SimpleLazyObject(refuse)}
    assert '<main id="main"' in render_to_string(
        "errors/error.html", {**context, "error": {"message": "Away."}}
    )


def test_styleguide_draws_without_data():
    assert 'id="sg-form"' in render_to_string("styleguide.html")
