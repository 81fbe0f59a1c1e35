"""A text as lines and as HTML."""

from coediting import delta
from coediting.delta import Line

TEXT = [
    {"insert": "She <reads> & "},
    {"insert": "writes", "attributes": {"bold": True, "italic": True}},
    {"insert": "\n\nfirst"},
    {"insert": "\n", "attributes": {"list": "bullet"}},
    {"insert": "second"},
    {"insert": "\n", "attributes": {"list": "bullet"}},
    {"insert": "one"},
    {"insert": "\n", "attributes": {"list": "ordered"}},
    {"insert": "see "},
    {"insert": "it", "attributes": {"link": 'https://example.org/?a="b"&c'}},
]


def test_lines_have_runs_and_lists():
    assert [(line.plain, line.list) for line in delta.lines(TEXT)] == [
        ("She <reads> & writes", ""),
        ("", ""),
        ("first", "bullet"),
        ("second", "bullet"),
        ("one", "ordered"),
        ("see it", ""),
    ]
    assert next(delta.lines(TEXT)) == Line(
        (("She <reads> & ", {}), ("writes", {"bold": True, "italic": True}))
    )


def test_html_has_the_allowed_formats_and_escapes_everything_else():
    assert delta.html(TEXT) == (
        "<p>She &lt;reads&gt; &amp; <em><strong>writes</strong></em></p><p><br></p>"
        "<ul><li>first</li><li>second</li></ul><ol><li>one</li></ol>"
        '<p>see <a href="https://example.org/?a=&quot;b&quot;&amp;c" rel="noopener noreferrer" target="_blank">'
        "it</a></p>"
    )


def test_html_of_formats_that_nobody_allowed_is_their_words():
    assert delta.html([{"insert": "x\n", "attributes": {"header": 1, "onclick": "y"}}]) == "<p>x</p>"
    assert delta.html([]) == ""
