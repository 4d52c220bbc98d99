"""Certificates verified, always; and the declared exception for servers of long ago.

Scrapy's own way tells only that verification failed. Here the cause is noted, so that an expired certificate and a
stranger's are told apart.
"""

from functools import cached_property
from typing import Any

from OpenSSL import SSL
from service_identity import VerificationError
from service_identity.exceptions import CertificateError
from service_identity.hazmat import DNS_ID, IPAddress_ID, verify_service_identity
from service_identity.pyopenssl import extract_patterns
from twisted.internet.interfaces import IOpenSSLClientConnectionCreator
from twisted.internet.ssl import CertificateOptions, platformTrust
from twisted.web.iweb import IPolicyForHTTPS
from zope.interface import implementer

from crawler.addresses import is_address

LEGACY = "legacy"
"""What `tls` may say in a declaration, `pages.tls` of pages fetched so, and the flag of such a response."""
LEGACY_SERVER_CONNECT = 0x4
"""OpenSSL's SSL_OP_LEGACY_SERVER_CONNECT: talk to servers without secure renegotiation (RFC 5746)."""
LEGACY_CIPHERS = b"DEFAULT:@SECLEVEL=1"
"""Keys and ciphers of 80 bits are enough (OpenSSL's level 1), where 112 are usual (level 2)."""

_CAUSES = {
    9: "certificate not yet valid",
    10: "certificate expired",
    18: "self-signed certificate",
    19: "self-signed certificate",
    20: "unknown issuer",
    21: "unknown issuer",
    66: "weak key",
    67: "weak key",
    68: "weak key",
}
"""OpenSSL's X509_V_ERR numbers."""
WRONG_HOST, HANDSHAKE = "wrong host", "handshake"


class TLSFailed(Exception):
    """No secure connection. Raised by the download handler; `kind` begins with `TLS: ` and says why."""

    def __init__(self, cause: str, said: str = "") -> None:
        super().__init__(said or cause)
        self.kind = f"TLS: {cause}"


@implementer(IPolicyForHTTPS)
class Verified:
    """How connections are secured. After a failure `causes` holds why, by host name and port."""

    def __init__(self) -> None:
        self.causes: dict[tuple[str, int], str] = {}
        self.legacy: set[str] = set()
        """Host names for which the exception is declared."""

    def creatorForNetloc(self, hostname: bytes, port: int) -> "Connector":  # noqa: N802 -- Twisted's name
        """What makes connections to that host."""
        name = hostname.decode("ascii")
        return Connector(self._old if name in self.legacy else self._usual, name, (self.causes, (name, port)))

    @cached_property
    def _usual(self) -> SSL.Context:
        return _context()

    @cached_property
    def _old(self) -> SSL.Context:
        context = _context()
        context.set_options(LEGACY_SERVER_CONNECT)
        context.set_cipher_list(LEGACY_CIPHERS)
        return context


@implementer(IOpenSSLClientConnectionCreator)
class Connector:
    """Makes verified connections to one host; notes why one failed under `note`, a dictionary and its key."""

    def __init__(self, context: SSL.Context, host: str, note: tuple[dict[Any, str], Any]) -> None:
        self._context, self._host, self._note = context, host, note
        self._address = is_address(host)

    def clientConnectionForTLS(self, tlsProtocol: Any) -> SSL.Connection:  # noqa: N802, N803 -- Twisted's names
        """A new connection, for Twisted's protocol."""
        connection = SSL.Connection(self._context, None)
        if not self._address:
            connection.set_tlsext_host_name(self._host.encode("ascii"))
        connection.set_verify(SSL.VERIFY_PEER | SSL.VERIFY_FAIL_IF_NO_PEER_CERT, self._verify)
        return connection

    def _verify(self, _: SSL.Connection, certificate: Any, error: int, depth: int, ok: int) -> bool:
        """Called by OpenSSL for each certificate, the server's own last. Whatever is raised here is a refusal."""
        notes, key = self._note
        if not ok:
            notes[key] = _CAUSES.get(error, f"certificate error {error}")
            return False
        if depth == 0:
            expected = IPAddress_ID(self._host) if self._address else DNS_ID(self._host)
            try:
                verify_service_identity(extract_patterns(certificate), [expected], [])
            except (VerificationError, CertificateError):
                notes[key] = WRONG_HOST
                return False
        return True


def is_tls(error: BaseException | None) -> bool:
    """Whether `error`, or what it stems from, is OpenSSL's."""
    while error is not None:
        reasons = [reason.value for reason in getattr(error, "reasons", None) or ()]
        if any(isinstance(one, SSL.Error) for one in (error, *reasons)):
            return True
        error = error.__cause__
    return False


def _context() -> SSL.Context:
    """A context that trusts whom the system trusts (SSL_CERT_FILE, SSL_CERT_DIR)."""
    return CertificateOptions(trustRoot=platformTrust()).getContext()  # type: ignore[no-untyped-call]
