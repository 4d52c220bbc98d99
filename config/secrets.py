"""Addresses for messages and logs: without the passwords that they may carry."""

import re

_USER = re.compile(r"(//[^/@:?#]*):.*@", re.S)
"""Up to the last @: a password may hold any sign, where it was not written as an address wants it."""
_GIVEN = re.compile(r"([?&](?:ssl)?password=)[^&]*", re.I)


def hidden(url: str) -> str:
    """`url`, or what is said of one, with *** in the place of a password, after the user's name or in the query."""
    return _GIVEN.sub(r"\1***", _USER.sub(r"\1:***@", url))
