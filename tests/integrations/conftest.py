"""Files that are sent stay with their test."""

from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def kept(settings: Any, tmp_path: Path) -> Path:
    """Kept rosters go where the test can look at them."""
    settings.STORAGE_URL = (tmp_path / "files").as_uri()
    return tmp_path / "files" / "imports"
