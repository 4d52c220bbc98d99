"""The HTTP side of the living newsroom: one listener a paper on the loop of the crawl, its faults, and its log.

Every answer takes a seeded while of simulated time. The log holds what was asked, when, and what was served: of an
article also which version.
"""

import asyncio
import gzip
import hashlib
import zlib
from datetime import UTC
from email.utils import format_datetime
from random import Random
from typing import Literal, NamedTuple
from urllib.parse import urlsplit

from scrapy.exceptions import CannotResolveHostError, DownloadConnectionRefusedError

from config.clock import moment
from tests.crawler.living import DAY, HOUR, Life, Living
from tests.simulated import SimulatedClock

Kind = Literal[
    "asked-to-wait", "storm", "cut", "challenge", "home", "slow", "hang", "robots", "refused", "unresolved", "down"
]
KINDS: tuple[Kind, ...] = (
    "asked-to-wait",
    "storm",
    "cut",
    "challenge",
    "home",
    "slow",
    "hang",
    "robots",
    "refused",
    "unresolved",
)
CHALLENGE = (
    "<!DOCTYPE html><html><head><title>Just a moment...</title></head><body><div id='cf-wrapper'>"
    "<h1>Just a moment...</h1><noscript>Enable JavaScript and cookies to continue</noscript>"
    "<script>window._cf_chl_opt={}</script></div></body></html>"
)
BUSY_PAGE = "<html><head><title>503 Service Unavailable</title></head><body><h1>Service Unavailable</h1></body></html>"
REASONS = {
    200: "OK",
    301: "Moved Permanently",
    304: "Not Modified",
    404: "Not Found",
    410: "Gone",
    429: "Too Many Requests",
}


class Fault(NamedTuple):
    """What is wrong with a paper from one moment to another; `down` is the outage."""

    paper: str
    kind: Kind
    start: float
    end: float


class Asked(NamedTuple):
    """One request, as the newsroom saw it."""

    at: float
    paper: str
    path: str
    status: int
    """What it was answered with; 0: with nothing."""
    conditional: bool = False
    life: str = ""
    """The article whose page it is, wherever that stands now."""
    version: int = 0
    """What of it was served whole, with 200 or confirmed with 304; 0: nothing."""
    wait: float = 0.0
    """Seconds that Retry-After asked for."""
    fault: str = ""


class Answer(NamedTuple):
    """What goes out."""

    status: int = 200
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()
    delay: float = 0.0
    sent: float = 1.0
    """The part of the body that goes out before the connection ends; 0: not even a status, and the client waits."""


class Server:
    """Serves `living` by `clock`, with `faults`. `open` it on the loop on which the crawls will run."""

    def __init__(self, living: Living, clock: SimulatedClock, faults: list[Fault], seed: int) -> None:
        self.living, self.clock, self.faults, self._seed = living, clock, faults, seed
        self.log: list[Asked] = []
        self._open: list[asyncio.Server] = []
        self._tasks = set[asyncio.Task[None]]()
        clock.refusal = self._refusal

    async def open(self) -> None:
        for name, paper in self.living.papers.items():

            def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, name: str = name) -> None:
                task = asyncio.ensure_future(self._serve(name, reader, writer))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)

            self._open.append(await asyncio.start_server(connected, paper.host, self.living.port))

    def close(self) -> None:
        for server in self._open:
            server.close()
        for task in self._tasks:
            task.cancel()

    def fault(self, name: str, at: float, kinds: tuple[str, ...] = ()) -> Fault | None:
        """What is wrong with a paper at a moment."""
        found = (f for f in self.faults if f.paper == name and f.start <= at < f.end and (not kinds or f.kind in kinds))
        return next(found, None)

    def faulty(self, name: str, since: float, until: float) -> bool:
        """Whether anything was wrong with a paper between two moments."""
        return any(f.paper == name and f.start <= until and since < f.end for f in self.faults)

    def _refusal(self, url: str) -> Exception | None:
        host = urlsplit(url).hostname
        name = next((name for name, paper in self.living.papers.items() if paper.host == host), "")
        fault, at = self.fault(name, self.clock.at), self.clock.at
        down = fault is not None and fault.kind == "down" and at - fault.start > (fault.end - fault.start) / 2
        if fault is None or not (down or fault.kind in ("refused", "unresolved")):
            return None
        self.log.append(Asked(at, name, urlsplit(url).path, 0, fault=fault.kind))
        if fault.kind == "unresolved":
            return CannotResolveHostError(f"{host} has no address")
        return DownloadConnectionRefusedError(f"{host} refused")

    async def _serve(self, name: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
                target = head[0].split(" ")[1]
                headers = {key.strip().lower(): value.strip() for key, _, value in (h.partition(":") for h in head[1:])}
                answer = self._answer(name, target, headers)
                flight = f"{self.living.papers[name].host}:{self.living.port}{target}"
                self.clock.stalled.add(flight)
                if not answer.sent:
                    await reader.read()  # the client gives up
                    break
                await asyncio.sleep(answer.delay)
                self.clock.stalled.discard(flight)
                writer.write(_raw(answer))
                await writer.drain()
                if answer.sent < 1:
                    break
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    def _answer(self, name: str, target: str, headers: dict[str, str]) -> Answer:
        at, path = self.clock.at, urlsplit(target).path
        one = self.living.by_path[name].get(path)
        random = Random(f"{self._seed} {name} {target} {at:.0f}")
        fault = self.fault(name, at)
        conditional = "if-none-match" in headers or "if-modified-since" in headers
        told = {"conditional": conditional, "life": one.name if one else "", "fault": fault.kind if fault else ""}
        delay = random.uniform(0.05, 0.6)
        wrong = self._wrong(name, path, one, fault, random) if fault else None
        if wrong and wrong.status != 200:
            wait = next((float(value) for key, value in wrong.headers if key == "Retry-After" and value.isdigit()), 0.0)
            self.log.append(Asked(at, name, target, wrong.status if wrong.sent else 0, wait=wait, **told))  # type: ignore[arg-type]
            return wrong._replace(delay=delay)
        answer, version = self._right(name, target, one, headers)
        if wrong:
            version = version if wrong.sent and not wrong.body and wrong.sent == 1 else 0
            answer = wrong if wrong.body else answer._replace(sent=wrong.sent, delay=wrong.delay)
        self.log.append(Asked(at, name, target, answer.status if answer.sent else 0, version=version, **told))  # type: ignore[arg-type]
        return answer._replace(delay=answer.delay or delay)

    def _wrong(self, name: str, path: str, one: Life | None, fault: Fault, random: Random) -> Answer | None:
        """What a fault makes of an answer; None: nothing, this time. Without a body it goes for the right one."""
        match fault.kind:
            case "asked-to-wait":
                return Answer(429, BUSY_PAGE.encode(), (("Retry-After", str(random.choice((120, 600, 1800)))),))
            case "storm" if random.random() < 0.7:
                return Answer(random.choice((500, 502, 503)), BUSY_PAGE.encode())
            case "down":
                return Answer(503, BUSY_PAGE.encode())
            case "robots" if path == "/robots.txt":
                return Answer(500, BUSY_PAGE.encode())
            case "cut" if random.random() < 0.5 and path != "/robots.txt":
                return Answer(sent=random.uniform(0.2, 0.9))
            case "hang" if random.random() < 0.3:
                return Answer(sent=0.0)
            case "slow":
                return Answer(delay=random.uniform(5, 25))
            case "challenge":
                return Answer(body=CHALLENGE.encode(), headers=(("Content-Type", "text/html; charset=utf-8"),))
            case "home" if one:
                home = self.living.site(name, self.clock.at).reply("/")
                return Answer(body=home.body, headers=(("Content-Type", home.kind),))
        return None

    def _right(self, name: str, target: str, one: Life | None, headers: dict[str, str]) -> tuple[Answer, int]:
        """The answer of a paper that is well, and the version of the article in it."""
        at, path = self.clock.at, urlsplit(target).path
        state = one.at(at) if one else None
        here = self.living.papers[name].path(state.article) if state else ""
        if one and state and path != here and one.redirects(self.living.number(name, path)):
            return Answer(301, b"moved", (("Location", self.living.base(name) + here),)), 0
        there = one is None or (state is not None and path == here)
        site = self.living.site(name, at, one if there else None)
        reply = site.reply(target if there else "/not-there")
        status = one.status if one and not state and at >= one.gone else reply.status
        tag = f'W/"{hashlib.sha256(reply.body).hexdigest()[:20]}"'
        more = [("Content-Type", reply.kind), ("Date", format_datetime(moment(at).astimezone(UTC), usegmt=True))]
        if status == 200:
            more.append(("ETag", tag))
            if tag in headers.get("if-none-match", ""):
                return Answer(304, b"", tuple(more)), state.version if state else 0
        body = reply.body
        if "gzip" in headers.get("accept-encoding", "") and zlib.crc32(path.encode()) % 2:
            body = gzip.compress(body, 6, mtime=0)
            more.append(("Content-Encoding", "gzip"))
        return Answer(status, body, tuple(more)), state.version if state and status == 200 else 0


def _raw(answer: Answer) -> bytes:
    length = () if answer.status == 304 else (("Content-Length", str(len(answer.body))),)
    lines = [f"HTTP/1.1 {answer.status} {REASONS.get(answer.status, 'Trouble')}"]
    lines += [f"{key}: {value}" for key, value in (*answer.headers, *length)]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + answer.body[: int(len(answer.body) * answer.sent)]


def short_faults(seed: int, names: list[str], start: float, days: int, taken: list[Fault]) -> list[Fault]:
    """Troubles of up to three hours, about one in two days at each paper; none while the paper is down anyway."""
    found = list(taken)
    for name in names:
        random = Random(f"{seed} {name} faults")
        for day in range(days):
            begin = start + day * DAY + random.uniform(5, 20) * HOUR
            fault = Fault(name, random.choice(KINDS), begin, begin + random.uniform(0.5, 3) * HOUR)
            clear = not any(f.paper == name and begin < f.end + DAY / 4 and fault.end > f.start for f in taken)
            if random.random() < 0.5 and clear:
                found.append(fault)
    return found
