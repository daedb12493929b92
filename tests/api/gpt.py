"""A GPT of our own: it knows the service by its document alone, and holds every answer against it."""

from collections.abc import Mapping
from typing import Any

import httpx2

from api.file_references import FIELD
from api.turns import TURN_CHARACTERS_MAX
from tests.api.openapi_walk import Document, operations, problems_with


class Gpt:
    """Calls operations by their names, as the document describes them."""

    def __init__(self, client: httpx2.AsyncClient, document: Document) -> None:
        self._client = client
        self._document = document
        self._operations = {
            operation["operationId"]: (where.partition(" ")[2], method, operation)
            for where, method, operation in operations(document)
        }
        self.called: set[str] = set()

    @classmethod
    async def imported(cls, client: httpx2.AsyncClient) -> "Gpt":
        """Return one that has imported the document of the service that this client reaches."""
        return cls(client, (await client.get("/gpt/openapi.json")).raise_for_status().json())

    async def call(
        self,
        name: str,
        body: Mapping[str, Any] | None = None,
        *,
        status: int = 200,
        **parameters: str,
    ) -> dict[str, Any]:
        """Return the answer to an operation, which has this status and is as it was described."""
        path, method, operation = self._operations[name]
        if body is not None:
            assert self._departures(operation["requestBody"], _as_strings(body)) == []
        in_path = {one["name"] for one in operation["parameters"] if one["in"] == "path"}
        answer = await self._client.request(
            method,
            path.format_map(parameters),
            json=body,
            params={key: value for key, value in parameters.items() if key not in in_path},
        )

        assert answer.status_code == status, answer.text
        assert len(answer.text) < TURN_CHARACTERS_MAX
        described = operation["responses"].get(str(status), operation["responses"]["default"])
        told: dict[str, Any] = answer.json()
        assert self._departures(described, told) == []
        self.called.add(name)
        return told

    @property
    def left(self) -> set[str]:
        """The operations that were not called yet."""
        return set(self._operations) - self.called

    def _departures(self, described: Mapping[str, Any], value: object) -> list[str]:
        schema = described["content"]["application/json"]["schema"]
        return problems_with(self._document, schema, value)


def _as_strings(body: Mapping[str, Any]) -> dict[str, Any]:
    """Return a body with the ids of files in place of the objects that ChatGPT makes of them."""
    files = body.get(FIELD, ())
    return {**body, **({FIELD: [file["id"] for file in files]} if files else {})}
