"""uvicorn's HTTP with an end to waiting: for a request that never becomes whole, for an answer that nobody takes."""

import asyncio
from functools import partial

from uvicorn.protocols.http.h11_impl import H11Protocol

from config.clock import SystemClock

ASKING = 30.0
"""Seconds for a request's first line and headers, and for something of an answer's rest to be taken."""
_ANSWERED = object()


class Impatient(H11Protocol):
    """One connection. Thousands that only stay open would leave none for readers."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to look, every `ASKING` seconds."""
        super().connection_made(transport)
        self._looking = SystemClock().later(ASKING, partial(self._look, (None, 0)))

    def connection_lost(self, exc: Exception | None) -> None:
        """End looking."""
        self._looking.cancel()
        super().connection_lost(exc)

    def _look(self, seen: object) -> None:
        """Let go who neither asked nor took anything since the last look; `seen` is what was so then."""
        over = self.cycle is None or self.cycle.response_complete or self.transport.is_closing()
        now = (self.cycle, self.transport.get_write_buffer_size()) if over else _ANSWERED
        if over and now == seen:
            self.transport.abort()
        else:
            self._looking = SystemClock().later(ASKING, partial(self._look, now))
