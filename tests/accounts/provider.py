"""An identity provider of our own on this machine: OpenID Connect with real RS256, and the addresses of GitHub."""

import base64
import hashlib
import json
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT_ID, CLIENT_SECRET = "our-client", "our-secret-at-the-provider"


def key() -> Any:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@dataclass
class Provider:
    """What the provider says, and what it does wrong."""

    url: str
    person: dict[str, Any] = field(
        default_factory=lambda: {
            "sub": "4711",
            "email": "nia@example.org",
            "email_verified": True,
            "given_name": "Nia",
            "family_name": "Wolde",
        }
    )
    claims: dict[str, Any] = field(default_factory=dict)  # instead of the right ones
    faults: set[str] = field(default_factory=set)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    signing: Any = field(default_factory=key)
    other: Any = field(default_factory=key)

    def id_token(self) -> str:
        now = int(time.time())
        said = {"iss": self.url, "aud": CLIENT_ID, "iat": now, "exp": now + 300, **self.person, **self.claims}
        if "no algorithm" in self.faults:
            return jwt.encode(said, "", algorithm="none", headers={"kid": "k1"})
        signing = self.other if "forged" in self.faults else self.signing
        return jwt.encode(said, signing, algorithm="RS256", headers={"kid": "k1"})

    def jwks(self) -> dict[str, Any]:
        public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.signing.public_key()))
        return {"keys": [{**public, "kid": "k1", "alg": "RS256", "use": "sig"}]}


class Handler(BaseHTTPRequestHandler):
    """One request to the provider."""

    provider: Provider

    def log_message(self, *_arguments: Any) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        self.provider.asked.append(parts.path)
        path = parts.path.removeprefix("/github").removeprefix("/api/v3").removeprefix("/login/oauth")
        if path == "/authorize":
            self._authorize(query)
        elif path == "/.well-known/openid-configuration":
            self._configuration()
        elif path in {"/jwks", "/certs"}:
            self._json(self.provider.jwks())
        elif path == "/userinfo":
            self._json(self.provider.person)
        elif path == "/user":
            self._json(
                {"id": 99, "login": "nia", "name": "Nia Wolde", "email": self.provider.person["email"]}
            )
        elif path == "/user/emails":
            person = self.provider.person
            self._json([{"email": person["email"], "primary": True, "verified": person["email_verified"]}])
        else:
            self._json({}, 404)

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        sent = {name: values[0] for name, values in parse_qs(self.rfile.read(length).decode()).items()}
        self.provider.asked.append(urlsplit(self.path).path)
        self._token(sent)

    def _authorize(self, query: dict[str, str]) -> None:
        answer = {"state": query["state"]}
        if "denied" in self.provider.faults:
            answer["error"] = "access_denied"
        elif "error" in self.provider.faults:
            answer["error"] = "server_error"
        else:
            answer["code"] = f"code-{len(self.provider.codes)}"
            self.provider.codes[answer["code"]] = query
        if "state" in self.provider.faults:
            answer["state"] = "another"
        self.send_response(302)
        self.send_header("Location", f"{query['redirect_uri']}?{urlencode(answer)}")
        self.end_headers()

    def _configuration(self) -> None:
        url = self.provider.url
        said = {
            "issuer": "https://evil.example.org" if "issuer" in self.provider.faults else url,
            "authorization_endpoint": f"{url}/authorize",
            "token_endpoint": f"{url}/token",
            "userinfo_endpoint": f"{url}/userinfo",
            "jwks_uri": f"{url}/jwks",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        }
        if "incomplete" in self.provider.faults:
            del said["jwks_uri"]
        if "nonsense" in self.provider.faults:
            self._raw(b"<html>", 200)
        elif "elsewhere" in self.provider.faults:
            self.send_response(302)
            self.send_header("Location", f"{url}/jwks")
            self.end_headers()
        else:
            self._json(said)

    def _token(self, sent: dict[str, str]) -> None:
        asked = self.provider.codes.pop(sent.get("code", ""), None)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(sent.get("code_verifier", "").encode()).digest())
        is_right = (
            asked is not None
            and sent.get("client_id") == CLIENT_ID
            and sent.get("client_secret") == CLIENT_SECRET
            and asked.get("code_challenge") == challenge.rstrip(b"=").decode()
            and asked["redirect_uri"] == sent.get("redirect_uri")
        )
        if not is_right or "token" in self.provider.faults:
            self._json({"error": "invalid_grant"}, 400)
        elif "empty" in self.provider.faults:
            self._json({})
        else:
            said = {"access_token": "opaque", "token_type": "Bearer", "id_token": self.provider.id_token()}
            if "no id" in self.provider.faults:
                del said["id_token"]
            self._json(said)

    def _json(self, said: Any, status: int = 200) -> None:
        self._raw(json.dumps(said).encode(), status)

    def _raw(self, body: bytes, status: int) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def serve(port: int) -> tuple[Provider, ThreadingHTTPServer]:
    """The provider, answering at a port of this machine until its server is shut down."""
    provider = Provider(url=f"http://127.0.0.1:{port}")
    server = ThreadingHTTPServer(("127.0.0.1", port), type("Bound", (Handler,), {"provider": provider}))
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    return provider, server
