"""How many tokens a language model may cost in a day: counted in memory, by each process alone."""

from storage.clock import Clock


class TokenBudget:
    """Tokens that may still be spent on this day (UTC).

    What is about to be spent is taken before, so that those who ask at once cannot spend the same
    twice; what was not needed is given back. A process that starts again begins anew.
    """

    def __init__(self, tokens_per_day_max: int, clock: Clock) -> None:
        self._max = tokens_per_day_max
        self._clock = clock
        self._day = clock().date()
        self._spent = 0

    @property
    def spent(self) -> int:
        """How many were spent on this day, with what is under way."""
        self._begin_day()
        return self._spent

    def take(self, tokens: int) -> bool:
        """Take this many if they are there; otherwise none."""
        self._begin_day()
        if self._spent + tokens > self._max:
            return False
        self._spent += tokens
        return True

    def settle(self, taken: int, spent: int) -> None:
        """Put what was spent in the place of what was taken."""
        self._begin_day()
        self._spent = max(0, self._spent - taken + spent)

    def _begin_day(self) -> None:
        today = self._clock().date()
        if today != self._day:
            self._day, self._spent = today, 0
