"""Who calls: the key that a text is, proven within the limits of whoever sends it."""

from api.rate_limits import RateLimits
from domain.errors import UnknownCallerError
from jobs.job import Env
from jobs.rates import Verdict
from logs import bind
from storage.api_keys import ApiKey


class StrangerError(UnknownCallerError):
    """Who asks has no key, or one that nobody here has made: come with one."""


class Callers:
    """Tells whose key a text is, and counts the addresses that come without a good one."""

    def __init__(self, env: Env, limits: RateLimits) -> None:
        self._env = env
        self._limits = limits

    async def key_of(self, text: str, address: str | None) -> ApiKey:
        """Return the key that this text is.

        Raises UnknownCallerError if it is not good for anything, and UnavailableError if nobody
        can tell.
        """
        proofs = self._env.store.key_proofs
        key = await proofs.recall(text)
        if key is None and await self._may_be_proven(text, address):
            key = await proofs.prove(text)
        if key is None or key.has_ended(self._env.clock()):
            # No secret, and it tells whose key somebody tries.
            bind(claimed_key_id=await proofs.claimed(text))
        if key is None:
            raise StrangerError(
                "This key is not known.",
                field="key",
                remedy="Send the whole key, as it was shown when it was made.",
            )
        if key.has_ended(self._env.clock()):
            how = "has expired" if key.revoked_at is None else "was revoked"
            raise UnknownCallerError(
                f"This key {how}.", field="key", remedy="Ask for a new one, and use that."
            )
        return key

    async def count_refusal(self, address: str | None) -> Verdict:
        """Count a request that was refused for its key; is the refusal still to be explained?"""
        return await self._limits.of_stranger(address, refused=1)

    async def count_use(self, key: ApiKey) -> Verdict:
        """Count a request that came with this key; is it granted?"""
        return await self._limits.of_key(key)

    async def _may_be_proven(self, text: str, address: str | None) -> bool:
        """May it cost a proof? An address that tries many keys is granted none by itself.

        Who has a key that there is shall come in from there all the same: each key has a number
        of proofs of its own, which nobody uses up who does not know its id.
        """
        if (await self._limits.of_stranger(address)).is_granted:
            return True
        key_id = await self._env.store.key_proofs.claimed(text)
        return key_id is not None and (await self._limits.of_proofs(key_id)).is_granted

    async def locked_to_all(self) -> UnknownCallerError | None:
        """Return the refusal where no key would open; None if some would."""
        now, keys = self._env.clock(), await self._env.store.api_keys.known()
        if any(not key.has_ended(now) for key in keys.values()):
            return None
        return UnknownCallerError(
            "No API key is good any more, so nobody is let in."
            if keys
            else "There is no API key yet, so nobody is let in.",
            field="key",
            remedy="Make one where the service runs: `texas811 keys create NAME --role client`.",
        )
