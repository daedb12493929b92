"""Clients: they hand in orders, ask again when an answer is lost, edit and read, and keep receipts."""

import asyncio
import json
import random
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx2

from tests.builders import STATED
from tests.chaos.host import Host
from tests.chaos.receipts import Accepted, Edited, Receipts

CLIENTS = 8
ANSWER_SECONDS_MAX = 5.0
WAIT_SECONDS = 2
PAUSE_SECONDS = (0.02, 0.25)
ASK_AGAIN_SECONDS = (0.05, 0.3)
FILLER_LINES = (300, 2_000)
SAMPLES = Path(__file__).parents[2] / "samples"

# What a client does next, and how often of a hundred times.
DEEDS = {"order": 60, "again": 8, "edit": 20, "read": 8, "ask": 4}
KINDS = {"facts": 55, "text": 30, "eml": 10, "pdf": 5}
MARKED_FIELD = "work_area_description"

Asked = dict[str, Any]


class Client:
    """One client with its own luck; all share the receipts, so they meet on the same tickets."""

    def __init__(self, name: str, host: Host, receipts: Receipts) -> None:
        self._name = name
        self._receipts = receipts
        self._chance = random.Random(name)  # noqa: S311 - deeds that can be done again
        self._http = httpx2.AsyncClient(
            base_url=host.config.url,
            headers=host.headers,
            timeout=ANSWER_SECONDS_MAX,
            trust_env=False,
        )
        self._sent: dict[str, Asked] = {}
        self._deeds: dict[str, Callable[[], Awaitable[None]]] = {
            "order": self._order,
            "again": self._again,
            "edit": self._edit,
            "read": self._read,
            "ask": self._ask,
        }

    async def run(self, stopping: asyncio.Event) -> None:
        """Do one deed after another until it is time to stop; what was begun is ended."""
        async with self._http:
            while not stopping.is_set():
                await self._deeds[_drawn(self._chance, DEEDS)]()
                await asyncio.sleep(self._chance.uniform(*PAUSE_SECONDS))

    async def _order(self) -> None:
        """Hand in something new."""
        key = f"{self._name}-{len(self._sent)}"
        self._sent[key] = _order(self._chance, key)
        self._receipts.asked.add(key)
        await self._until_accepted(key)

    async def _again(self) -> None:
        """Hand in once more what was accepted: a client that has forgotten."""
        if self._sent:
            await self._until_accepted(self._chance.choice(list(self._sent)))

    async def _until_accepted(self, key: str) -> None:
        while True:
            answer = await self._answer(
                "POST",
                "/work-orders",
                headers={"Idempotency-Key": key},
                params={"wait": self._chance.choice((0, 0, 0, WAIT_SECONDS))},
                **self._sent[key],
            )
            if answer is not None and answer.status_code in (200, 202):
                told = answer.json()
                self._receipts.accept(key, Accepted(told["work_order_id"], told["ticket_id"]))
                return
            if answer is not None and answer.status_code != 503:
                self._receipts.broken.append(f"order {key}: {_brief(answer)}")
                return
            await asyncio.sleep(self._chance.uniform(*ASK_AGAIN_SECONDS))

    async def _edit(self) -> None:
        """Write something unique into a ticket. A lost answer is left: nobody knows what it was."""
        ticket_id = self._some_ticket()
        if ticket_id is None:
            return
        mark = f"{self._name} edit {self._chance.getrandbits(64):016x}"
        known = self._receipts.versions.get(ticket_id)
        stated: dict[str, Any] = {"by": "Dana Ruiz", MARKED_FIELD: mark}
        if known and self._chance.random() < 0.3:
            stated["version"] = known
        self._receipts.tried.add(mark)
        answer = await self._answer("PATCH", f"/tickets/{ticket_id}", json=stated)
        if answer is not None and answer.is_success:
            version = answer.json()["version"]
            self._receipts.edit(Edited(ticket_id, version, mark))
        self._judge(ticket_id, known, answer, odd=(422,))

    async def _read(self) -> None:
        """Look at a ticket: it must never be older than what was told before."""
        ticket_id = self._some_ticket()
        if ticket_id is None:
            return
        known = self._receipts.versions.get(ticket_id)
        answer = await self._answer("GET", f"/tickets/{ticket_id}")
        if answer is not None and answer.is_success:
            version = answer.json()["version"]
            if version < (known or 0):
                self._receipts.broken.append(
                    f"ticket {ticket_id} was version {known}, then {version}"
                )
            self._receipts.see(ticket_id, version)
        self._judge(ticket_id, known, answer)

    async def _ask(self) -> None:
        """Ask what became of an order: one that was accepted is never unknown."""
        if not self._receipts.accepted:
            return
        told = self._chance.choice(list(self._receipts.accepted.values()))
        answer = await self._answer("GET", f"/work-orders/{told.work_order_id}")
        if answer is not None and answer.status_code not in (200, 503):
            self._receipts.broken.append(f"order {told.work_order_id}: {_brief(answer)}")

    def _some_ticket(self) -> str | None:
        known = list(self._receipts.accepted.values())[-60:]
        return self._chance.choice(known).ticket_id if known else None

    def _judge(
        self,
        ticket_id: str,
        known: int | None,
        answer: httpx2.Response | None,
        *,
        odd: tuple[int, ...] = (),
    ) -> None:
        """Keep an answer that nobody should get; a ticket that is not made yet is not found."""
        if answer is None or answer.is_success or answer.status_code in (409, 503):
            return
        if (answer.status_code == 404 and known) or answer.status_code in (500, *odd):
            self._receipts.broken.append(f"ticket {ticket_id}: {_brief(answer)}")

    async def _answer(self, method: str, path: str, **asked: Any) -> httpx2.Response | None:
        """Return the answer, or None where it was lost."""
        try:
            answer = await self._http.request(method, path, **asked)
        except httpx2.TransportError as error:
            self._receipts.statuses[type(error).__name__] += 1
            return None
        self._receipts.statuses[answer.status_code] += 1
        return answer


def _drawn(chance: random.Random, shares: dict[str, int]) -> str:
    return chance.choices(list(shares), list(shares.values()))[0]


def _order(chance: random.Random, company: str) -> Asked:
    """Return the body of an order: stated facts, a text, a mail or a PDF."""
    kind = _drawn(chance, KINDS)
    if kind == "facts":
        return {"json": {**STATED, "company": company}}
    if kind == "text":
        return {
            "files": {"file": ("order.txt", text_order(company, chance.randint(*FILLER_LINES)))}
        }
    [sample] = SAMPLES.glob(f"*.{kind}")
    return {
        "files": {"file": (sample.name, sample.read_bytes())},
        "data": {"fields": json.dumps({"company": company})},
    }


def text_order(company: str, lines: int) -> bytes:
    notes = "".join(f"Note {line}: bring cones and plates\n" for line in range(lines))
    return f"WORK ORDER\nContractor: {company}\nCounty: Travis\nCity: Austin\n{notes}".encode()


def _brief(answer: httpx2.Response) -> str:
    return f"answered {answer.status_code}: {answer.text[:200]}"
