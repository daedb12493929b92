"""Requests as the API's own document describes them, or almost: each answer held against it."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count, islice
from math import ceil
from random import Random
from typing import Any

import hypothesis
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, strategies
from rich.console import Console
from rich.progress import track
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.openapi.checks import UndefinedStatusCode
from schemathesis.schemas import APIOperation, BaseSchema
from schemathesis.specs.openapi import checks

from domain.access import Role
from tests.fuzz.seeding import NOBODY, Seeds

# How many of a hundred cases come with which key.
SHARES = {Role.ADMIN: 40, Role.CLIENT: 24, Role.OPERATOR: 16, Role.VIEWER: 10, NOBODY: 10}
REAL_IN_TEN = 7  # of the ids in paths, or nearly all answers were 404
WAIT_SECONDS_MAX = 0.05
ANSWER_SECONDS_MAX = 60
CHECKS = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
    checks.missing_required_header,
]
# A turn of a conversation takes what it can use, and tells what it cannot.
TURNS = "/gpt/"


@dataclass
class Told:
    """What was answered: statuses by operation and role, and each kind of fault once."""

    statuses: dict[tuple[str, str], Counter[int]] = field(default_factory=dict)
    faults: dict[tuple[str, str], str] = field(default_factory=dict)

    @property
    def cases(self) -> int:
        return sum(counted.total() for counted in self.statuses.values())

    def count(self, operation: str, role: str, status: int) -> None:
        self.statuses.setdefault((operation, role), Counter())[status] += 1


class Asker:
    """Asks everything that the document of a running service describes, with keys of each role."""

    def __init__(self, url: str, seeds: Seeds, *, seed: int) -> None:
        self.told = Told()
        self._url = url
        self._seeds = seeds
        self._seed = seed
        config = schemathesis.Config.from_dict(
            {
                "seed": seed,
                "cache": {"enabled": False},  # or a run would depend on those before it
                "generation": {"with-security-parameters": False},  # the keys are ours
                "checks": {"negative_data_rejection": {"expected-statuses": ["4xx"]}},
            }
        )
        self._schema: BaseSchema = schemathesis.openapi.from_url(
            f"{url}/openapi.json", config=config
        )
        self._session = requests.Session()
        self._session.trust_env = False

    @property
    def operations(self) -> list[APIOperation[Any, Any, Any, Any]]:
        found = (result.ok() for result in self._schema.get_all_operations())
        return sorted(found, key=lambda operation: operation.label)

    def ask(self, cases: int) -> Told:
        """Ask so many requests, or a few more, spread over all operations and keys.

        An operation that can be asked in few ways leaves its share to the next round.
        """
        for number in count():
            missing = cases - self.told.cases
            if missing <= 0:
                break
            self._ask_round(missing, seed=self._seed * 1_000 + number)
        return self.told

    def _ask_round(self, cases: int, *, seed: int) -> None:
        operations = self.operations
        shown = Console(stderr=True)
        for operation in track(
            operations, "asking", console=shown, disable=not shown.is_terminal
        ):
            for role, share in SHARES.items():
                each = ceil(cases / len(operations) * share / 100)
                self._ask_one(operation, role, each, seed=seed)

    def _ask_one(
        self, operation: APIOperation[Any, Any, Any, Any], role: str, cases: int, *, seed: int
    ) -> None:
        chance = Random(f"{seed} {operation.label} {role}")  # noqa: S311 - it must be repeatable
        for case in self._systematic(operation, chance, cases // 3):
            self._hand_in(case, role, chance)
        rest = cases - cases // 3
        for mode, part in (
            (GenerationMode.POSITIVE, rest - rest // 2),
            (GenerationMode.NEGATIVE, rest // 2),
        ):
            if part:
                self._at_random(operation, role, mode, part, chance)

    def _systematic(
        self, operation: APIOperation[Any, Any, Any, Any], chance: Random, cases: int
    ) -> Iterator[Case]:
        """Yield cases at the limits: each field missing, too long, of another type, twice ..."""
        every = list(
            islice(
                self._schema.iter_coverage_cases(
                    operation,
                    generation_modes=list(GenerationMode),
                    generation_config=self._schema.config.generation,
                ),
                2_000,
            )
        )
        yield from chance.sample(every, min(cases, len(every)))

    def _at_random(
        self,
        operation: APIOperation[Any, Any, Any, Any],
        role: str,
        mode: GenerationMode,
        cases: int,
        chance: Random,
    ) -> None:
        @hypothesis.seed(chance.randrange(2**32))
        @hypothesis.settings(
            max_examples=cases,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @hypothesis.given(
            operation.as_strategy(mode), strategies.randoms(use_true_random=False)
        )
        def ask(case: Case, drawn: Random) -> None:
            self._hand_in(case, role, drawn)

        try:
            ask()
        except hypothesis.errors.Unsatisfiable:
            return  # what takes nothing cannot be asked wrongly

    def _hand_in(self, case: Case, role: str, chance: Random) -> None:
        label = case.operation.label
        self._make_real(case, chance)
        headers = self._seeds.headers(role)
        try:
            answer = case.call(
                base_url=self._url,
                session=self._session,
                headers=headers,
                timeout=ANSWER_SECONDS_MAX,
            )
        except requests.RequestException as error:
            self.told.faults.setdefault(
                (label, f"no answer: {type(error).__name__}"), str(error)
            )
            self.told.count(label, role, 0)
            return
        self.told.count(label, role, answer.status_code)
        try:
            case.validate_response(answer, checks=checks_of(label), headers=headers)
        except FailureGroup as failures:
            for failure in failures.exceptions:
                self._note(label, role, failure, case)

    def _note(self, label: str, role: str, failure: Exception, case: Case) -> None:
        assert isinstance(failure, Failure)
        kind = failure.title
        if isinstance(failure, UndefinedStatusCode):
            kind = f"{kind}: {failure.status_code}"
        said = f"{failure.message}\n  key: {role}\n  {case.as_curl_command()}"
        self.told.faults.setdefault((label, kind), said)

    def _make_real(self, case: Case, chance: Random) -> None:
        """Put ids that exist into most paths; never wait for long."""
        for name in case.path_parameters or {}:
            real = self._seeds.ids.get(name)
            if real and chance.randrange(10) < REAL_IN_TEN:
                case.path_parameters[name] = chance.choice(real)
        for place in (case.query, case.body):
            if isinstance(place, dict) and _is_long(place.get("wait")):
                place["wait"] = WAIT_SECONDS_MAX


def checks_of(label: str) -> list[Any]:
    """Return what must hold of each answer of this operation."""
    path = label.partition(" ")[2]
    more = []
    if not path.startswith(TURNS):
        more.append(checks.negative_data_rejection)
    if "}/" not in path:  # there, another method may find the shorter path, and no such id
        more.append(checks.unsupported_method)
    return CHECKS + more


def _is_long(wait: object) -> bool:
    """Return whether a wait is lawful and longer than we have time for."""
    try:
        return WAIT_SECONDS_MAX < float(str(wait)) <= 1_000
    except ValueError:
        return False
