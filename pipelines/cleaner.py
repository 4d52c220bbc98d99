"""The cleaner's id: what decides how a page of one source is cleaned."""

import hashlib
from functools import cache, lru_cache
from importlib.metadata import version

from config.sources import Source

RULES = 8
"""Raised with every change of the stages that changes what some page gives."""

LIBRARIES = ("trafilatura", "lxml", "selectolax", "dateparser", "htmldate")


def cleaner_id(source: Source) -> str:
    """The id of the rules that clean `source`: RULES, then 16 hex digits over its declaration and the libraries."""
    return f"{RULES}-{_hashed(source.digest)}"


@lru_cache(maxsize=4096)
def _hashed(digest: str) -> str:
    return hashlib.sha256(f"{digest} {_versions()}".encode()).hexdigest()[:16]


@cache
def _versions() -> str:
    return " ".join(f"{name}={version(name)}" for name in LIBRARIES)
