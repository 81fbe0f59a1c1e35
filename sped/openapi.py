"""The OpenAPI document, read off the endpoints: `Input` is what one takes, `Output` what it answers."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

TAKES_A_BODY = {"POST", "PUT", "PATCH"}
HEADERS = {
    "X-Organization": "The district that is meant, by its short name. A token belongs to one and need not say it.",
    "Idempotency-Key": "Makes the request safe to repeat: the same key and body are answered as the first time.",
    "If-Match": "The ETag of what was read: the change is refused (412) when somebody was faster.",
}


class ErrorOutput(serializers.Serializer[Any]):
    """Every refusal, here and on pages and sockets."""

    code = serializers.CharField()
    message = serializers.CharField()
    status = serializers.IntegerField()
    details = serializers.DictField()


class ApiSchema(AutoSchema):
    """How `core.api.ApiView` describes itself."""

    def get_request_serializer(self) -> Any:
        """The body, where there is one."""
        return getattr(self.view, "Input", None) if self.method in TAKES_A_BODY else None

    def get_response_serializers(self) -> Any:
        """The answer."""
        output = getattr(self.view, "Output", None)
        if self._is_list_view():
            return {"200": output(many=True) if output else None}
        code = (
            "204"
            if self.method == "DELETE"
            else "201"
            if self._is_collection() and self.method == "POST"
            else "200"
        )
        return {code: None if code == "204" else output}

    def get_override_parameters(self) -> list[Any]:
        """The headers that matter for this method."""
        names = ["X-Organization"]
        if self.method == "POST":
            names.append("Idempotency-Key")
        elif self.method in TAKES_A_BODY or self.method == "DELETE":
            names.append("If-Match")
        return [
            OpenApiParameter(name, str, OpenApiParameter.HEADER, required=False, description=HEADERS[name])
            for name in names
        ]

    def get_auth(self) -> list[Any]:
        """Either way will do."""
        super().get_auth()  # lists both among the components
        return [{"token": []}, {"session": []}]

    def get_serializer_name(self, serializer: Any, direction: Any) -> str:
        """`StudentListApi.Output` is called StudentListOutput: the inner names alone would all be one."""
        return "".join(part.removesuffix("Api") for part in type(serializer).__qualname__.split("."))

    def _get_response_bodies(self, direction: Any = "response") -> dict[str, Any]:
        """The answers, and the one shape of every refusal."""
        refusal = self._get_response_for_code(ErrorOutput, "4XX", direction=direction)  # type: ignore[no-untyped-call]
        return {**super()._get_response_bodies(direction), "4XX": refusal}

    def _is_collection(self) -> bool:
        return "List" in type(self.view).__name__

    def _is_list_view(self, serializer: Any = None) -> bool:
        return self.method == "GET" and self._is_collection()

    def _get_paginator(self) -> Any:
        from core.api import ApiPages  # noqa: PLC0415  # it imports what imports this

        return ApiPages()


class ActorAuthenticationScheme(OpenApiAuthenticationExtension):
    """A token of a person or integration, or the session of a browser."""

    target_class = "core.api_access.ActorAuthentication"
    name = ["token", "session"]

    def get_security_definition(self, auto_schema: Any) -> list[dict[str, str]]:
        """Both ways to show who is calling."""
        return [
            {"type": "http", "scheme": "bearer"},
            {"type": "apiKey", "in": "cookie", "name": "session"},
        ]
