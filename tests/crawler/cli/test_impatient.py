"""Connections that only stay open are let go; readers are answered."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
import uvicorn

from crawler.cli import impatient
from crawler.cli.impatient import Impatient

GET = b"GET / HTTP/1.1\r\nHost: h\r\n\r\n"
BODY = b"x" * 5_000_000


async def _app(scope: Any, receive: Any, send: Any) -> None:
    body = BODY if scope["path"] == "/long" else b"here"
    headers = [(b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def served(ask: Callable[[int], Awaitable[None]]) -> None:
    """Have `ask` ask a server on a port."""

    async def both() -> None:
        config = uvicorn.Config(_app, port=0, http=Impatient, ws="none", lifespan="off", log_level="critical")
        server = uvicorn.Server(config)
        serving = asyncio.ensure_future(server.serve())
        while not server.started:
            await asyncio.sleep(0)
        try:
            await asyncio.wait_for(ask(server.servers[0].sockets[0].getsockname()[1]), 60)
        finally:
            server.should_exit = True
            await serving

    asyncio.run(both())


@pytest.mark.parametrize("begun", [b"", b"GET / HT", b"GET / HTTP/1.1\r\nHost: h\r\nA: ", GET + b"GET / HTTP/1.1\r\nA"])
def test_a_request_that_never_becomes_whole_is_let_go(begun: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(impatient, "ASKING", 0.1)

    async def ask(port: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(begun)
        try:
            told = await reader.read()  # to the end, which is the server's
        except ConnectionResetError:
            told = b""
        assert told.endswith(b"here" if begun.startswith(GET) else b"")
        writer.close()

    served(ask)


def test_a_long_answer_is_sent_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(impatient, "ASKING", 0.1)

    async def ask(port: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(GET.replace(b" / ", b" /long "))
        await reader.readuntil(b"\r\n\r\n")
        taken = b""
        while len(taken) < len(BODY):
            taken += await reader.readexactly(250_000)
            await asyncio.sleep(0.03)  # altogether several looks long
        assert taken == BODY
        writer.close()

    served(ask)
