"""Names are resolved to public addresses only, so no page and no DNS server can send the crawler into a private net.

The check sits where connections are made: what was resolved is what is connected to, on every hop. Addresses written
as such pass here: a crawl asks none but those that the sample newsroom declares (`refuse_address`).
"""

import asyncio
import ipaddress
from collections.abc import Sequence
from socket import AF_INET6, SOCK_STREAM, gaierror, inet_aton
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.resolver import HostResolution
from twisted.internet.address import IPv4Address, IPv6Address
from twisted.internet.interfaces import IAddress, IHostnameResolver
from zope.interface import implementer

from config.sources import Sources, host_in

if TYPE_CHECKING:
    from twisted.internet.base import ReactorBase

_GLOBAL, _NAT64 = ipaddress.IPv6Network("2000::/3"), ipaddress.IPv6Network("64:ff9b::/96")


@implementer(IHostnameResolver)
class PublicResolver:
    """Scrapy's TWISTED_DNS_RESOLVER: the system's resolver, without private, loopback and reserved addresses."""

    def __init__(self, reactor: "ReactorBase") -> None:
        self._reactor = reactor
        self._under_way: set[asyncio.Task[None]] = set()

    @classmethod
    def from_crawler(cls, crawler: Crawler, reactor: "ReactorBase") -> Self:
        """Called by Scrapy with its process object in the place of a crawler."""
        return cls(reactor)

    def install_on_reactor(self) -> None:
        """Make the reactor resolve all names here."""
        self._reactor.installNameResolver(self)  # type: ignore[arg-type]

    def resolveHostName(  # noqa: N802 -- Twisted's name
        self,
        resolutionReceiver: Any,  # noqa: N803
        hostName: str,  # noqa: N803
        portNumber: int = 0,  # noqa: N803
        addressTypes: Sequence[type[IAddress]] | None = None,  # noqa: N803
        transportSemantics: str = "TCP",  # noqa: N803
    ) -> HostResolution:
        """Tell `resolutionReceiver` the public addresses of `hostName`; a name without one does not resolve."""
        resolution = HostResolution(hostName)
        resolutionReceiver.resolutionBegan(resolution)
        task = asyncio.ensure_future(_resolve(resolutionReceiver, hostName, portNumber))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        return resolution


async def _resolve(receiver: Any, host: str, port: int) -> None:
    literal = is_address(host)
    try:
        found = await resolved(host, port)
    except (gaierror, UnicodeError):
        found = []
    for family, _, _, _, where in found:
        if literal or is_public(str(where[0])):
            kind = IPv6Address if family == AF_INET6 else IPv4Address
            receiver.addressResolved(kind("TCP", str(where[0]), port))
    receiver.resolutionComplete()


async def resolved(host: str, port: int) -> list[Any]:
    """What the system's resolver says of a name, as `socket.getaddrinfo` gives it. Raises OSError."""
    return await asyncio.get_running_loop().getaddrinfo(host, port, type=SOCK_STREAM)


def is_address(host: str) -> bool:
    """Whether `host` is an IP address rather than a name."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def is_public(address: str) -> bool:
    """Whether `address` lies in the public net, also when it is an IPv4 address in IPv6 dress.

    IPv6 hands out 2000::/3 only; beside it only NAT64's 64:ff9b::/96 leads out, to the IPv4 address at its end.
    """
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv4Address):
        return ip.is_global and not ip.is_multicast
    inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo and ip.teredo[1])
    if ip in _NAT64:
        inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    if inner:
        return is_public(str(inner))
    return ip in _GLOBAL and ip.is_global and not ip.is_multicast


def refuse_address(url: str, sources: Sources) -> None:
    """Raise IgnoreRequest where `url` names an address in place of a host, and no paper of `sources` is there.

    The last look before a connection: whatever let it through until here, it is no name that is checked on resolving.
    """
    parts = urlsplit(url)
    if is_numeric(parts.hostname or ""):
        host = host_in(url)
        ports = {s.port for s in sources.values() if host in (*s.hosts, *s.api_hosts, *s.shared)}
        if parts.port is None or parts.port not in ports:
            raise IgnoreRequest(f"leads to an address, not to a name: {url}")


def is_numeric(host: str) -> bool:
    """Whether `host` is an address in any spelling that a resolver takes for one: `127.1`, `0x7f.1`, `2130706433`."""
    if is_address(host.strip("[]")):
        return True
    try:
        inet_aton(host.rstrip("."))
    except (OSError, UnicodeError):
        return False
    return True
