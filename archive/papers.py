"""The papers of one crawl: who may be asked for a URL, and who lives on a host that several share."""

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from urllib.parse import urlsplit

import msgspec

from archive.apart import tell_apart
from archive.leases import Lease
from archive.robots import may_lead_to
from archive.rows import Rows
from archive.turns import ASSET
from config.lists import asked
from config.searching import searched
from config.sources import Source, Sources, parts_of

_FOR = """
SELECT source FROM frontier WHERE host = ? AND priority = ? AND due IS NOT NULL
  AND source IN (SELECT value FROM json_each(?)) ORDER BY due LIMIT 1
"""


class Papers:
    """Of all `sources`, those `names` are crawled; the others' URLs are only noted."""

    def __init__(self, sources: Sources, names: Iterable[str]) -> None:
        self.names, self._sources, self._told_apart = tuple(names), sources, False
        self._sharing = {host: name for name in self.names if name in sources for host in sources[name].shared}
        self._told = msgspec.json.encode(self.names).decode()
        self.shared = msgspec.json.encode(sorted(self._sharing)).decode()
        """The hosts on which papers that are crawled live beside others, as a JSON list."""

    def declared(self, url: str) -> Source | None:
        """The paper that may be asked for `url`: its host, over HTTP, at the paper's own port. None: nobody.

        A host that holds lists only is asked for these, and for its robots.txt.
        """
        parts = parts_of(url)
        source = self._sources.of(url) if parts and parts.scheme in ("http", "https") else None
        if parts is None or source is None or not source.at_port(parts.port):
            return None
        if parts.host in source.api_hosts and parts.path != "/robots.txt":
            return source if asked(source, url) or searched(source, url) else None
        return source

    def may_show(self, url: str) -> bool:
        """Whether an asset may be fetched at `url`, on whichever host: a paper's own, or a public name.

        An address in a name's place is nobody's, but where it is declared, as the sample newsroom's are.
        """
        if self.declared(url) or may_lead_to(url):
            return True
        source = self._sources.of(url) if url.startswith(("http://", "https://")) else None
        return source is not None and source.port is not None and urlsplit(url).port == source.port

    def digest(self, host: str) -> str | None:
        """The digest of the URL rules by which the articles of `host` are told apart; None: it is nobody's."""
        return self._sources.url_digests.get(host.partition(":")[0])

    def own(self, db: Rows, lease: Lease) -> Lease:
        """`lease` under a paper that is crawled: the robots.txt of a host that papers share is everybody's.

        Of a host that is none's it is that paper's which something on it is to be fetched for.
        """
        if lease.source in self.names:
            return lease
        name = self._sharing.get(lease.host.partition(":")[0])
        if name is None and (found := db.execute(_FOR, (lease.host, ASSET, self._told)).fetchone()):
            (name,) = found
        return msgspec.structs.replace(lease, source=name or lease.source)

    def tell_apart(self, db: Rows, light: Callable[[], AbstractContextManager[Rows]]) -> None:
        """Once a run: where URL rules have changed since, tell the articles of the frontier apart anew.

        `light` makes the transactions for it.
        """
        if self._told_apart:
            return
        self._told_apart = True
        papers: dict[str, Source | None] = {}

        def paper_of(host: str, url: str) -> Source | None:
            if host.partition(":")[0] in self._sources.shared:
                return self.declared(url)
            if host not in papers:
                papers[host] = self.declared(url)
            return papers[host]

        tell_apart(db, paper_of, self.digest, light)
