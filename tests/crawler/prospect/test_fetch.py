"""`sources add` asks as politely as a crawl: robots.txt across hosts, and nobody inside is asked."""

import pytest

from archive.facts import Page
from crawler.prospect.fetch import Web, run
from crawler.prospect.found import Refusal
from tests.crawler.site import Reply, Site, article

RULES = Reply(body=b"User-agent: baoluu\nDisallow: /bai-1\n", headers={"Content-Type": "text/plain"})


def asked(site: Site) -> Page | None:
    """What asking for `/bai-1.html` of `site` gives."""
    found: list[Page | None] = []

    async def work(web: Web) -> None:
        found.append(await web.get(site.url("/bai-1.html")))

    run(work, local=True, pace=0.0, told=lambda *_: None)
    return found[0]


def moved(to: str) -> Reply:
    return Reply(302, b"", {"Location": to})


def test_rules_that_stand_at_another_host_are_obeyed() -> None:
    with Site({"/luat.txt": RULES}, "127.78.45.1") as other, Site({"/bai-1.html": article(1)}, "127.78.45.2") as site:
        site.routes["/robots.txt"] = moved(other.url("/luat.txt"))
        assert asked(site) is None and site.paths()["/bai-1.html"] == 0 and other.paths() == {"/luat.txt": 1}


@pytest.mark.parametrize(("hops", "obeyed"), [(5, True), (6, False)])
def test_five_redirects_lead_to_rules_and_a_sixth_to_none(hops: int, obeyed: bool) -> None:
    chain = {f"/{n}": moved(f"/{n + 1}") for n in range(1, hops)}
    with Site(
        {"/robots.txt": moved("/1"), **chain, f"/{hops}": RULES, "/bai-1.html": article(1)}, "127.78.45.3"
    ) as site:
        assert (asked(site) is None) is obeyed


@pytest.mark.parametrize("to", ["http://10.0.0.1/robots.txt", "http://0x0a000001/robots.txt", "file:///etc/passwd"])
def test_rules_are_not_looked_for_inside(to: str) -> None:
    with Site({"/robots.txt": moved(to), "/bai-1.html": article(1)}, "127.78.45.4") as site:
        with pytest.raises(Refusal, match="private"):
            asked(site)
        assert site.paths()["/bai-1.html"] == 0
