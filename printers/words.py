"""The account of a printer's words on what is printed: how many were asked for by GS r and may still come.

Such a word carries no number, and none is sure to come: a printer that is switched off forgets, a line that is cut
loses. Nor does closing a line end it: what hangs on a serial or USB line answers after the next opening.
So a printer is *in step* only when no word of before can come any more, and only then is a ticket asked about:

=========  ====================================================================================================
in step    the next word is that of the next ticket
asked      a ticket went out; one word comes, and it is in step again. No word in time, trouble: still asked
called     more words were asked for than may be on their way. When more than those have come, one at least is of
           this call, so that everything before is through; the call's other words come at once. When then the
           line is quiet, it is in step again
=========  ====================================================================================================
"""

from __future__ import annotations

from copy import copy

_MOST = 8  # a printer that leaves more without an answer does not answer them later either


class Words:
    """Pure: no clock, no device. Lives as long as the process; the printer's memory outlasts any line."""

    def __init__(self) -> None:
        self._older = 1  # a process before this one may have asked about its last ticket
        self._called = 0
        self._came = 0
        self.complete = False
        """Whether every word came, when it was in step last: then everything that was asked about is printed."""

    def copy(self) -> Words:
        """The same account, for whoever takes over."""
        return copy(self)

    @property
    def in_step(self) -> bool:
        """Whether no word can come that was asked for before."""
        return not self._older and not self._called

    @property
    def called(self) -> bool:
        """Whether a call is under way."""
        return self._called > 0

    @property
    def answered(self) -> bool:
        """Whether a word of the call under way has come: its others are not far."""
        return self._called > 0 and self._came > self._older

    def ticket(self) -> None:
        """One word is asked for behind a ticket. Only in step."""
        assert self.in_step
        self._older = 1

    def call(self) -> int:
        """How many words are to be asked for now, in one piece: one more than may be on their way.

        Calls after one another, with nothing printed in between, count as one.
        """
        self._called += self._older + 1
        return self._older + 1

    def printing(self) -> None:
        """Something is printed behind a call without a word of its own: the words of that call are old ones now."""
        self._older = min(self._older + self._called - self._came, _MOST)
        self._called = self._came = 0

    def heard(self, count: int) -> None:
        """So many words came in."""
        if self.in_step:
            return
        self._came += count
        if self._came >= self._older + self._called:
            self._through(complete=True)

    def quiet(self) -> None:
        """The line is quiet after a word of the call: what is missing is lost."""
        assert self.answered
        self._through(complete=False)

    def withdrawn(self) -> None:
        """Not a byte of the ticket went out, nor the question."""
        self._through(complete=False)

    def _through(self, *, complete: bool) -> None:
        self._older = self._called = self._came = 0
        self.complete = complete
