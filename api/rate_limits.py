"""How often each key may ask, and how often who has none; said in the headers of each answer."""

from dataclasses import dataclass, field
from ipaddress import IPv6Address, ip_address

from domain.access import REQUESTS_PER_MINUTE
from domain.errors import TooManyRequestsError
from jobs.rates import Counter, LocalCounter, Verdict
from storage.api_keys import ApiKey

STRANGERS_PER_MINUTE = 30  # requests from one address that came without a good key
PROOFS_PER_MINUTE = 30  # of one key, where its address has used up what it may try
IPV6_HOST_BITS = 64  # one customer of a provider has at least so many addresses


@dataclass(frozen=True, slots=True)
class RateLimits:
    """The limits of an installation; a key may have one of its own."""

    counter: Counter = field(default_factory=LocalCounter)
    per_key: int = REQUESTS_PER_MINUTE
    per_stranger: int = STRANGERS_PER_MINUTE

    async def of_key(self, key: ApiKey) -> Verdict:
        """Count a request that came with this key."""
        limit = key.requests_per_minute or self.per_key
        return await self.counter.count(f"key:{key.id}", limit)

    async def of_stranger(self, address: str | None, *, refused: int = 0) -> Verdict:
        """Count a request that was refused for its key; with none, only look."""
        name = f"address:{_network(address)}"
        return await self.counter.count(name, self.per_stranger, asked=refused)

    async def of_proofs(self, key_id: str) -> Verdict:
        """Count a proof of this key that its address alone would not be granted."""
        return await self.counter.count(f"proof:{key_id}", PROOFS_PER_MINUTE)


def headers_of(verdict: Verdict) -> dict[str, str]:
    """Return what an answer says of the limit.

    Source: draft-ietf-httpapi-ratelimit-headers-03, which clients read; later drafts have put
    it into one field.
    """
    return {
        "RateLimit-Limit": str(verdict.limit),
        "RateLimit-Remaining": str(verdict.remaining),
        "RateLimit-Reset": str(verdict.reset_seconds),
    }


def too_many(verdict: Verdict, who: str) -> TooManyRequestsError:
    """Return the refusal of a request above the limit."""
    return TooManyRequestsError(
        f"{who} has asked {verdict.limit} times within a minute, which is the limit.",
        remedy=f"Ask again in {verdict.reset_seconds} seconds.",
    )


def _network(address: str | None) -> str:
    """Return whom an address stands for: itself, or its whole network of IPv6."""
    try:
        parsed = ip_address(address or "")
    except ValueError:
        return "unknown"
    if isinstance(parsed, IPv6Address):
        parsed = parsed.ipv4_mapped or IPv6Address(
            int(parsed) >> IPV6_HOST_BITS << IPV6_HOST_BITS
        )
    return str(parsed)
