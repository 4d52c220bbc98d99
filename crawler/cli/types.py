"""What an argument may be: an address, a moment, a length of time."""

import re
from datetime import date, datetime, timedelta
from urllib.parse import urlsplit

import click

from config.clock import VIETNAM

YEARS = range(1900, 2200)


class Address(click.ParamType[str]):
    """A URL that pages have: http, https, or the `urn:` of a text dump."""

    name = "URL"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The URL as it was given."""
        url = str(value)
        if not url.isprintable() or not _is_address(url):
            self.fail(f"{url!a} is not a URL such as https://vietnamnet.vn/some-article-2495349.html", param, ctx)
        return url


def _is_address(url: str) -> bool:
    if re.fullmatch(r"urn:[\w:-]+", url):
        return True
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 80) > 0
    except ValueError:
        return False


class Moment(click.ParamType[datetime]):
    """An ISO 8601 moment; without a zone it is Vietnamese time."""

    name = "ISO"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """The moment, aware, between 1900 and 2199."""
        if isinstance(value, datetime):
            return value
        try:
            found = datetime.fromisoformat(str(value))
        except ValueError:
            self.fail(f"{value!r} is not an ISO 8601 moment such as 2021-01-28T10:41+07:00", param, ctx)
        if found.year not in YEARS:
            self.fail(f"{value!r} is no year in which a page was fetched", param, ctx)
        return found if found.tzinfo else found.replace(tzinfo=VIETNAM)


class Day(click.ParamType[date]):
    """A day, `YYYY-MM-DD`."""

    name = "DAY"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """The day."""
        if isinstance(value, date):
            return value
        try:
            found = date.fromisoformat(str(value))
        except ValueError:
            self.fail(f"{value!r} is no day such as 2020-01-31", param, ctx)
        if found.year not in YEARS:
            self.fail(f"{value!r} is no day on which there were papers on the web", param, ctx)
        return found


class Ago(click.ParamType[timedelta]):
    """A length of time: a whole number of hours or days, `24h`, `7d`."""

    name = "TIME"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        """The length of time."""
        if isinstance(value, timedelta):
            return value
        if not (found := re.fullmatch(r"([0-9]{1,4})\s*([hd])", str(value))):
            self.fail(f"{value!r} is no length of time such as 24h or 7d", param, ctx)
        return timedelta(hours=int(found[1]) * (24 if found[2] == "d" else 1))


class Size(click.ParamType[int]):
    """A number of bytes: `500M`, `1G`; K, M and G are thousands, millions and billions."""

    name = "SIZE"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """The number of bytes."""
        if isinstance(value, int):
            return value
        if not (found := re.fullmatch(r"([1-9][0-9]{0,5})\s*([KMG])B?", str(value), re.I)):
            self.fail(f"{value!r} is no size such as 500M or 1G", param, ctx)
        return int(found[1]) * {"K": 10**3, "M": 10**6, "G": 10**9}[found[2].upper()]
