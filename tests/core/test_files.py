"""Kept files: found by their key alone, whole or not there, and readable by nobody else."""

import os

import pytest
from django.core.exceptions import ImproperlyConfigured

from core.errors import NotFound
from core.files import FileGone, Shelf


@pytest.fixture(autouse=True)
def folder(tmp_path, settings):
    settings.STORAGE_URL = (tmp_path / "kept files").as_uri()
    return tmp_path / "kept files"


@pytest.fixture(params=[False, True], ids=["flat", "spread"])
def shelf(request):
    return Shelf("papers", ".bin", is_spread=request.param)


def files(folder):
    return [path for path in folder.rglob("*") if path.is_file()]


def test_file_is_found_again_by_its_key(shelf):
    first, second = shelf.keep(b"first"), shelf.keep(b"second")

    assert (shelf.kept(first), shelf.kept(second)) == (b"first", b"second")
    assert shelf.path(first).read_bytes() == b"first"


def test_kept_file_is_readable_by_us_alone(shelf, folder):
    usual = os.umask(0)
    try:
        path = shelf.path(shelf.keep(b"private"))
    finally:
        os.umask(usual)

    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert path.is_relative_to(folder / "papers")


def test_writing_that_breaks_off_leaves_nothing(shelf, folder):
    def write(target):
        target.write(b"the first half")
        raise OSError("the disk is full")

    with pytest.raises(OSError, match="full"):
        shelf.keep_written(write)

    assert not files(folder)


def test_dropped_file_is_gone_and_may_be_dropped_again(shelf, folder):
    key = shelf.keep(b"old")

    for _time in range(2):
        shelf.drop(key)
    shelf.drop("")

    assert not files(folder)
    for read in (shelf.kept, shelf.path):
        with pytest.raises(FileGone):
            read(key)


@pytest.mark.parametrize("key", ["", "..", "../papers/a", "a/b", "a\0b"])
def test_key_leads_nowhere_else(shelf, key):
    for read in (shelf.kept, shelf.path):
        with pytest.raises(NotFound):
            read(key)


def test_sweep_takes_what_is_old_and_not_named(shelf, folder):
    named, left, young = shelf.keep(b"named"), shelf.keep(b"left"), shelf.keep(b"young")
    for key in (named, left):
        os.utime(shelf.path(key), (0, 0))
    (shelf.path(named).parent / "broken.new").touch()
    os.utime(shelf.path(named).parent / "broken.new", (0, 0))

    assert shelf.sweep(before=1, keys={named}) == 2

    assert sorted(path.stem for path in files(folder)) == sorted((named, young))
    assert Shelf("empty", ".bin").sweep(before=1) == 0


def test_place_that_is_no_folder_is_refused(settings):
    settings.STORAGE_URL = "s3://bucket/files"

    with pytest.raises(ImproperlyConfigured, match="STORAGE_URL"):
        Shelf("papers", ".bin").keep(b"nowhere")
