"""What surrounds a page, when the database is away."""

import pytest
from django.db import OperationalError
from django.template import Context, Template
from django.utils.functional import SimpleLazyObject

from casefile.context import asked_once


def test_page_whose_database_is_away_asks_it_once():
    """F5: a condition swallows the error, and what stands below asked again and waited as long."""
    asked = []

    def read():
        asked.append(1)
        raise OperationalError("the server has not answered")

    page = Template(
        "{% if shell.nav and shell.hats %}a{% endif %}{% if shell.nav or shell.pinned %}b{% endif %}{{ shell.unread }}"
    )
    with pytest.raises(OperationalError):
        page.render(Context({"shell": SimpleLazyObject(asked_once(read))}))

    assert len(asked) == 1
