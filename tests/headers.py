"""What every answer must carry, for the tests that look at answers."""

import re
from typing import Any

EXACT = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
POLICY = (
    "default-src 'self'",
    "style-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
)
SCRIPTS = re.compile(r"script-src( 'nonce-[A-Za-z0-9+/=]{22,}')?")
INLINE = re.compile(
    rb"<[a-z][^>]*\s(style|on[a-z]+)=|<style|<script(?![^>]*\snonce=)(?![^>]*application/json)", re.I
)


def lacking(answer: Any) -> list[str]:
    """What an answer should carry and does not, or carries and should not."""
    wrong = [name for name, value in EXACT.items() if answer.headers.get(name) != value]
    directives = [part.strip() for part in answer.headers.get("Content-Security-Policy", "").split(";")]
    wrong += [part for part in POLICY if part not in directives]
    scripts = [part for part in directives if part.startswith("script-src")]
    if len(scripts) != 1 or not SCRIPTS.fullmatch(scripts[0]):
        wrong.append(f"script-src: {scripts}")
    if "unsafe" in " ".join(directives):
        wrong.append("unsafe")
    if "microphone=()" not in answer.headers.get("Permissions-Policy", ""):
        wrong.append("Permissions-Policy")
    if "no-store" not in answer.headers.get("Cache-Control", ""):
        wrong.append(f"Cache-Control: {answer.headers.get('Cache-Control')}")
    # A file that is handed out to be kept has its looks within it; no page of ours shows it.
    is_file = answer.headers.get("Content-Disposition", "").startswith("attachment")
    is_page = answer.headers.get("Content-Type", "").startswith("text/html") and not is_file
    if is_page and (found := INLINE.search(answer.content)):
        wrong.append(f"inline: {found[0][-80:]!r}")
    return wrong
