"""Which passwords are taken, and how they are kept (R1)."""

import pytest
from django.conf import settings
from django.contrib.auth.hashers import get_hasher
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from sped import settings as ours

KNOWN_BAD = (
    "password",
    "password1234",
    "Password1234!",
    "P@ssw0rd12345",
    "passwordpassword",
    "123456789012",
    "1234567890qwerty",
    "qwertyuiop123",
    "qwertyuiopasdf",
    "iloveyou1234",
    "letmeinletmein",
    "welcome2025!!",
    "Administrator1",
    "abcdefghijkl",
    "abcabcabcabc",
    "aaaaaaaaaaaa",
    "111111111111",
    "000000000000",
    "monkeymonkey1",
    "Throughline2026",
)


@pytest.mark.parametrize("password", KNOWN_BAD)
def test_known_bad_password_is_refused(password):
    with pytest.raises(ValidationError):
        validate_password(password)


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery staple",
        "a long walk by the lake",
        "vqkz wmrt pdfj",
        "sunflower tractor",
        "plain lower case words",
        "日本語のながいパスワードです",
    ],
)
def test_long_password_needs_no_composition(password):
    validate_password(password)


def test_eleven_characters_are_too_few():
    with pytest.raises(ValidationError):
        validate_password("vqkzwmrtpdf")
    validate_password("vqkzwmrtpdfj")


def test_passwords_are_kept_as_argon2id(settings):
    settings.PASSWORD_HASHERS = ours.PASSWORD_HASHERS

    assert get_hasher().encode("correct horse", "somesaltsomesalt").startswith("argon2$argon2id$")


@pytest.mark.usefixtures("keeps_contexts")
@pytest.mark.parametrize("password", ["password1234", "qwertyuiop123"])
def test_login_with_a_known_bad_password_cannot_be_had(client, db, password):
    """Sign-up refuses it, so nobody has it."""
    answer = client.post(
        "/accounts/signup/", {"email": "nia@example.org", "password1": password, "password2": password}
    )

    assert answer.status_code in {200, 422} and answer.context["form"].errors
    assert settings.AUTH_PASSWORD_VALIDATORS == ours.AUTH_PASSWORD_VALIDATORS
