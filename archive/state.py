"""How a URL stands now: what is waited for, what forbids it, what is shown of it."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import msgspec

from archive.hosts import host_of
from archive.identities import mates
from archive.revisit import BREAKS, ROBOTS_HOLDS, pause_of
from archive.robots import Rules
from archive.store import Archive
from config.clock import VIETNAM, stamp
from config.hours import hours_of
from config.sources import Source

_ROW = "SELECT * FROM frontier WHERE key IN (?1, ?2) OR article = ?3 ORDER BY key = ?2 DESC, key = ?1 DESC"
_ON = (
    "SELECT count(DISTINCT p.url) AS pages, max(p.url) AS url FROM assets s, pages p WHERE p.id = s.page AND s.url = ?"
)
_SHOWN = "SELECT title, url, cleaner, revisions, first_seen, last_seen FROM articles WHERE article = ?"


def state_of(
    archive: Archive, key: str, url: str, article: str, *, own: str | None = None, row: str | None = None
) -> dict[str, Any]:
    """What the frontier, its host, the holds and the withdrawals say of a URL; what says nothing is left out.

    `article` is the identity under which its article is shown, `own` the one that its URL gives it, `row` the same as
    the frontier holds it; `key` is its canonical URL.

    `frontier`: {kind, visits, tries, error, asked, due, leased}, moments as ISO; `robots`: {allows, asked, page, url,
    fetched, holds}; `host`: {host, pace, paused, failures, failing}; `held`: [{kind, what}]; `shown`: the article;
    `on`: {pages, url}, of an asset the pages that show it, and one of them; `withdrawn`: the reason.
    """
    told: dict[str, Any] = {}
    for at in archive.rows(_ROW, (key, url, row)):
        told["frontier"] = {name: at[name] for name in ("kind", "visits", "tries", "error")}
        told["frontier"] |= {name: moment(at[name]) for name in ("asked", "due", "leased")}
        told["frontier"] |= {"url": at["url"]} if at["key"] not in (key, url) else {}
        break
    for host in archive.rows("SELECT * FROM hosts WHERE host = ?", (host_of(url),)):
        told["robots"] = {
            "allows": Rules(host["robots"] or "").allows(url) if host["robots_at"] else None,
            "asked": moment(host["robots_at"]),
            "page": host["robots_page"],
            **_copy(archive, host["robots_page"]),
            "holds": bool(host["robots_at"]) and host["robots_at"] > archive.clock.seconds() - ROBOTS_HOLDS,
        }
        pace = pause_of(host["pace"], host["crawl_delay"], host["latency"])
        told["host"] = {"host": host["host"], "pace": pace, "failures": host["failures"]}
        paused = host["failures"] and host["next"] > archive.clock.seconds()
        told["host"]["paused"] = moment(host["next"]) if paused else None
        told["host"]["failing"] = moment(host["failing"])
    for name in mates(archive.conn, article):
        for held in archive.rows("SELECT losses FROM held WHERE article = ?", (name,)):
            told["held"] = told.get("held", []) + msgspec.json.decode(held["losses"])
    for on in archive.rows(_ON, (url,)):
        told |= {"on": on} if on["pages"] else {}
    for shown in archive.rows(_SHOWN, (article,)):
        told["shown"] = shown
    stones = "SELECT * FROM withdrawals WHERE url IN (?, ?) OR article = ? LIMIT 1"
    for stone in archive.rows(stones, (key, url, own or article)):
        told["withdrawn"] = stone["reason"]
    return told


def told(state: dict[str, Any]) -> Iterator[str]:
    """The same in sentences."""
    if "withdrawn" in state:
        yield f"withdrawn ({state['withdrawn']}): it is never fetched again"
    if on := state.get("on"):
        more = f" and {on['pages'] - 1} more" if on["pages"] > 1 else ""
        yield f"an asset: shown on {on['url']}{more}"
    if row := state.get("frontier"):
        yield from _waiting(row)
    if robots := state.get("robots"):
        yield from _robots(robots)
    if (host := state.get("host")) and host["paused"]:
        since = f" since {host['failing']}" if host["failing"] else ""
        yield f"{host['host']} is left alone until {host['paused']}, after {host['failures']} failures in a row{since}"
        if host["failures"] >= BREAKS:
            yield "it is only probed, and no URL of it loses a try, until one answer is good"
    if (hours := state.get("hours")) and hours["opens"]:
        yield f"its paper is asked from {hours['span']} only, the next time at {hours['opens']}"
    if tls := state.get("tls"):
        yield f"secure connections to its paper are made under a declared exception: {tls}"
    if losses := state.get("held"):
        lost = "; ".join(f"{loss['kind']} {loss.get('what', '')[:80]}".strip() for loss in losses)
        yield f"held: newer rules would lose {lost}; `baoluu reclean --dry-run` tells more"
    if shown := state.get("shown"):
        yield f"shown as {shown['title'] or '(no title)'}, {shown['revisions']} revisions, cleaner {shown['cleaner']}"


def _waiting(row: dict[str, Any]) -> Iterator[str]:
    asked = f", last asked for {row['asked']}" if row["asked"] else ""
    at = f" at {row['url']}" if "url" in row else ""
    yield f"fetched {row['visits']} times{at}{asked}"
    if row["error"]:
        yield f"last failure: {row['error']}" + (f" (try {row['tries']})" if row["tries"] else "")
    if row["leased"]:
        yield f"being fetched now, until {row['leased']} at the latest"
    elif row["due"]:
        yield f"next due {row['due']}"
    elif row["kind"] in ("feed", "section", "sitemap"):
        yield "due at the next crawl"
    else:
        yield "not due again" + (": given up" if row["error"] else "")


def _robots(robots: dict[str, Any]) -> Iterator[str]:
    if robots["allows"] is None:
        yield "its host's robots.txt has not been asked for yet"
        return
    copy = [f"page {robots['page']}", robots["url"]]
    copy += [f"fetched {robots['fetched']}"] if robots["fetched"] != robots["asked"] else []
    page = f" ({', '.join(copy)})" if robots["url"] else ""
    yield f"robots.txt of {robots['asked']}{page} {'allows' if robots['allows'] else 'forbids'} it"
    if not robots["holds"]:
        yield "that copy is older than a day: nothing but robots.txt is asked for until it could be read again"


def _copy(archive: Archive, page: int | None) -> dict[str, str | None]:
    """When and where the copy of robots.txt in use was fetched; 304s since then only confirmed it."""
    none: dict[str, str | None] = {"fetched": None, "url": None}
    return next(archive.rows("SELECT fetched_at AS fetched, url FROM pages WHERE id = ?", (page,)), none)


def declared_of(source: Source, now: float) -> dict[str, Any]:
    """What the paper's declaration says of when and how its hosts are asked: `hours`: {span, opens}, `tls`."""
    found: dict[str, Any] = {"tls": source.tls} if source.tls else {}
    if source.hours:
        opens = hours_of(source.hours).opening(now)
        found["hours"] = {"span": source.hours, "opens": moment(opens) if opens > now else None}
    return found


def moment(seconds: float | None) -> str | None:
    """Seconds since the epoch as the archive writes moments."""
    return stamp(datetime.fromtimestamp(seconds, VIETNAM)) if seconds else None
