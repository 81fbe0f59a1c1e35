"""Photographs: checked by content, drawn anew, served under the reader's rights, and gone when removed."""

import io
import struct
import zlib
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from students.models import Student


@pytest.fixture(autouse=True)
def files(tmp_path, settings):
    settings.STORAGE_URL = (tmp_path / "files").as_uri()
    return tmp_path / "files" / "photos"


def jpeg(size=(800, 600), **more):
    target = io.BytesIO()
    Image.new("RGB", size, "teal").save(target, "JPEG", **more)
    return target.getvalue()


def png_header(width, height):
    """A PNG that says how large it is, and has nothing inside."""
    ihdr = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)

    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", ihdr) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")
    )


def send(player, student, content, name="face.jpg", **more):
    client = player.client(**more)
    url = player.url(f"/students/{student.id}/record/photo/edit/")
    return client.post(url, {"photo": SimpleUploadedFile(name, content, "image/jpeg")})


def url_of(player, student):
    return player.url(f"/students/{student.id}/record/photo/")


def kept(files: Path):
    return [path for path in files.rglob("*") if path.is_file()]


def test_photograph_is_drawn_anew_without_place_and_camera(cast, files):
    """R40: EXIF and GPS are stripped, and only our own picture is served."""
    exif = Image.Exif()
    exif[0x010F] = "Camera of a family"
    exif.get_ifd(0x8825)[2] = (37.0, 46.0, 30.0)
    assert send(cast.casey, cast.student, jpeg(exif=exif)).status_code == 303

    response = cast.casey.client().get(url_of(cast.casey, cast.student))
    picture = Image.open(io.BytesIO(response.content))
    assert (picture.format, picture.size) == ("JPEG", (256, 256))
    assert not picture.getexif()
    assert b"Camera of a family" not in response.content
    assert response["Cache-Control"] == "private, no-store"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Type"] == "image/jpeg"
    assert "sandbox" in response["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("what", "content"),
    [
        ("nothing inside", b""),
        ("a page", b"<html><script>alert(1)</script>"),
        ("a JPEG that breaks off", jpeg()[:400]),
        ("a page behind the beginning of a JPEG", b"\xff\xd8\xff<script>alert(1)</script>"),
        ("a PNG without pixels", png_header(100, 100)),
        ("a bomb of 2.5 thousand million pixels", png_header(50_000, 50_000)),
        ("more than 40 million pixels", png_header(8_000, 5_001)),
        ("an impossible size", png_header(0, 10)),
        ("a GIF", b"GIF89a" + bytes(40)),
        ("more than 5 MB", jpeg() + bytes(5 * 1024 * 1024)),
    ],
)
def test_file_that_is_no_photograph_is_refused(cast, files, what, content):
    """R38, R39: by content and structure, whatever the name says; nothing is kept."""
    response = send(cast.casey, cast.student, content, raise_request_exception=False)

    assert response.status_code == 422, what
    assert "id_photo" in response.content.decode()
    assert not kept(files)
    assert Student.objects.get(id=cast.student.id).photo_key == ""


def test_polyglot_loses_what_is_not_a_picture(cast):
    """R40."""
    assert send(cast.casey, cast.student, jpeg() + b"<script>alert(1)</script>").status_code == 303

    assert b"<script" not in cast.casey.client().get(url_of(cast.casey, cast.student)).content


def test_photograph_is_served_to_who_sees_the_profile_and_nobody_else(cast):
    send(cast.casey, cast.student, jpeg())

    found = {}
    for name in ("casey", "sam", "paula", "gina", "ada", "vic", "mina", "fin", "omar", "otto"):
        player = getattr(cast, name)
        found[name] = player.client().get(url_of(player, cast.student)).status_code
    assert {name for name, status in found.items() if status == 200} == {
        "casey", "sam", "paula", "gina", "ada", "vic", "mina",
    }  # fmt: skip
    assert {found["fin"], found["omar"], found["otto"]} == {404}


def test_new_photograph_and_removal_leave_nothing_on_the_disk(
    cast, files, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        send(cast.casey, cast.student, jpeg())
    first = kept(files)
    with django_capture_on_commit_callbacks(execute=True):
        send(cast.casey, cast.student, jpeg((300, 900)))
    assert len(kept(files)) == 1 and kept(files) != first
    assert str(cast.student.id) not in str(kept(files))

    remove = cast.casey.url(f"/students/{cast.student.id}/record/photo/remove/")
    with django_capture_on_commit_callbacks(execute=True):
        assert cast.casey.client().post(remove).status_code == 303
    assert not kept(files)
    assert cast.casey.client().get(url_of(cast.casey, cast.student)).status_code == 404
