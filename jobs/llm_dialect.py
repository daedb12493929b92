"""What a service that speaks as OpenAI does understands of it: found out by asking once.

They differ: some hold a model to a JSON schema and others only to JSON, some know no seed, some
models no temperature, and newer ones call the bound of an answer by another name.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Self

TEMPERATURE = 0
SEED = 811
NAME = "facts"


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a question is put to one service."""

    has_schema: bool = True
    has_temperature: bool = True
    has_seed: bool = True
    bound: str = "max_tokens"

    def body(
        self,
        model: str,
        messages: Sequence[Mapping[str, str]],
        schema: Mapping[str, object],
        answer_tokens_max: int,
    ) -> dict[str, object]:
        """Return the body of the request. No tools are offered, and no second choice."""
        asked: dict[str, object] = {
            "model": model,
            "messages": list(messages),
            "stream": False,
            self.bound: answer_tokens_max,
            "response_format": {"type": "json_object"},
        }
        if self.has_schema:
            form = {"name": NAME, "strict": True, "schema": schema}
            asked["response_format"] = {"type": "json_schema", "json_schema": form}
        if self.has_temperature:
            asked["temperature"] = TEMPERATURE
        if self.has_seed:
            asked["seed"] = SEED
        return asked

    def after(self, refusal: str) -> Self | None:
        """Return a plainer way to ask after a refusal with these words; None if there is none."""
        if "max_tokens" in refusal and self.bound == "max_tokens":
            return replace(self, bound="max_completion_tokens")
        if "temperature" in refusal and self.has_temperature:
            return replace(self, has_temperature=False, has_seed=False)
        if "seed" in refusal and self.has_seed:
            return replace(self, has_seed=False)
        return replace(self, has_schema=False) if self.has_schema else None
