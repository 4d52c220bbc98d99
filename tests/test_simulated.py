"""Simulated time: waiting costs nothing, what goes on outside of the loop holds it, and nothing waits for ever."""

import asyncio
import time
from collections.abc import Coroutine
from datetime import datetime
from typing import Any

import pytest

from config.clock import VIETNAM, Clock
from tests.simulated import SimulatedClock, SimulatedLoop

START = datetime(2025, 3, 3, tzinfo=VIETNAM)


def on(clock: SimulatedClock, work: Coroutine[Any, Any, None]) -> None:
    loop = SimulatedLoop(clock)
    loop.run_until_complete(work)
    loop.close()


def test_a_day_passes_in_no_time_and_in_its_order() -> None:
    clock, order, began = SimulatedClock(START), list[str](), time.monotonic()
    asked: Clock = clock

    async def work() -> None:
        asked.later(7200, lambda: order.append("second"))
        asked.later(3600, lambda: order.append("first"))
        asked.later(1800, lambda: order.append("never")).cancel()
        await asked.sleep(86400)
        set_later = asyncio.Event()
        asked.later(60, set_later.set)
        await asked.sleep(86400, until=set_later)

    on(clock, work())
    assert order == ["first", "second"]
    assert clock.seconds() - START.timestamp() == pytest.approx(86460, abs=0.01)
    assert time.monotonic() - began < 5


def test_a_thread_and_a_request_hold_the_time_and_a_server_that_stalls_does_not() -> None:
    clock = SimulatedClock(START)

    async def work() -> None:
        slow = asyncio.ensure_future(asyncio.to_thread(time.sleep, 0.2))
        rang = list[float]()
        clock.later(5, lambda: rang.append(clock.at))
        await slow
        assert not rang and clock.at - START.timestamp() < 1
        clock.flying.add("a")
        loop = asyncio.get_running_loop()
        await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(asyncio.sleep(0), loop))
        assert clock.held
        clock.stalled.add("a")
        await clock.sleep(10)
        assert rang

    on(clock, work())


def test_who_waits_for_a_moment_that_rounds_to_now_does_not_wait_for_ever() -> None:
    clock = SimulatedClock(START)

    async def work() -> None:
        for part in range(1, 2000):
            due = clock.at + part * 1e-7
            while clock.seconds() < due:
                await clock.sleep(due - clock.seconds())

    on(clock, work())
    assert clock.at < START.timestamp() + 1
