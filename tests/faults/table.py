"""The faults that concern fetching, each with the best that can come of it."""

import gzip

from tests.crawler.site import HTML, LINES, Reply, article, listing, paper
from tests.faults.hostile import (
    GOOD,
    LAUGHS,
    MB,
    OPEN,
    PACKERS,
    PLAIN,
    SPY,
    TEXT,
    XML,
    Fault,
    bomb,
    chain,
    deep,
    drip,
    feed,
    huge_gzip,
    legacy,
    listed,
    moved,
    one,
    packed,
    raw,
    sitemap,
    text_page,
)  # fmt: skip

LONG = "<p>Bà con trong bản góp công sửa lại con đường bị sạt lở sau trận mưa.</p>" * 40
CUT = GOOD[: GOOD.index(LINES[1].encode()) + 40]

SLOW = (
    Fault("slow answers", "no header", one(Reply(wait=14.0)), status=None, kind="DownloadTimeoutError",
          error="DownloadTimeoutError", tries=1, failures=1),
    Fault("slow answers", "endless header", one(drip(OPEN, b"X-A: b\r\n", 0.1, 150)), status=None,
          kind="DownloadTimeoutError", error="longer than", tries=1, failures=1),
    Fault("slow answers", "trickling body", one(drip(OPEN + b"\r\n", b"<", 0.1, 90)), status=None, kind="TooSlow",
          error="trickle", tries=1, failures=1),
    Fault("slow answers", "body that stops", one(drip(OPEN + b"Content-Length: 9000\r\n\r\n" + CUT, b"", 14.0, 1)),
          status=None, kind="DownloadTimeoutError", error="longer than", tries=1, failures=1),
)  # fmt: skip
BROKEN = (
    Fault("cut bodies", "shorter than its length", one(raw(CUT, "Content-Length: 99999")), drop="truncated",
          truncated="shorter", error="incomplete", tries=1),
    Fault("cut bodies", "longer than its length", one(raw(GOOD, f"Content-Length: {len(CUT)}")), drop="truncated"),
    Fault("cut bodies", "no last chunk", one(raw(b"9\r\n<html><h1\r\n", "Transfer-Encoding: chunked")),
          drop="truncated", truncated="shorter", error="incomplete", tries=1),
    Fault("cut bodies", "chunks that lie", one(raw(b"5\r\n" + CUT + b"\r\n0\r\n\r\n", "Transfer-Encoding: chunked")),
          drop="truncated", truncated="shorter", error="incomplete", tries=1),
    Fault("cut bodies", "chunks without numbers", one(raw(b"zz\r\n" + GOOD, "Transfer-Encoding: chunked")),
          drop="truncated", truncated="shorter", error="incomplete", tries=1),
    Fault("cut bodies", "two lengths", one(raw(GOOD, f"Content-Length: {len(GOOD)}", "Content-Length: 7")),
          status=None, kind="DownloadFailedError", error="DownloadFailedError", tries=1, failures=1),
    Fault("cut bodies", "HTTP/1.0, whole", one(raw(GOOD, version="HTTP/1.0")), article=True),
    Fault("cut bodies", "HTTP/1.0, cut", one(raw(CUT, version="HTTP/1.0")), drop="truncated", truncated="no end",
          error="incomplete", tries=1),
    Fault("cut bodies", "cut gzip", one(packed(gzip.compress(GOOD)[:-9], "gzip")), drop="truncated",
          truncated="breaks off", error="incomplete", tries=1),
    Fault("cut bodies", "gzip with a wrong sum", one(packed(gzip.compress(GOOD)[:-8] + bytes(8), "gzip")),
          drop="truncated", truncated="breaks off", error="incomplete", tries=1),
    Fault("cut bodies", "gzip that is none", one(packed(GOOD, "gzip")), article=True),
    Fault("cut bodies", "gzip unsaid", one(Reply(body=gzip.compress(GOOD))), article=True),
    Fault("cut bodies", "gzip in gzip", one(packed(gzip.compress(gzip.compress(GOOD)), "gzip", "gzip")), article=True),
    Fault("cut bodies", "a part (206)", one(Reply(206, CUT)), status=206, truncated="shorter", error="incomplete",
          tries=1),
    Fault("cut bodies", "no answer", one(Reply(raw=b"\n")), status=None, kind="DownloadFailedError",
          error="DownloadFailedError", tries=1, failures=1),
    Fault("cut bodies", "no HTTP", one(Reply(raw=b"SSH-2.0-OpenSSH_9.6\r\n")), status=None,
          kind="DownloadFailedError", error="DownloadFailedError", tries=1, failures=1),
    Fault("cut bodies", "an empty page", one(Reply(body=b"")), drop="empty"),
    Fault("cut bodies", "nothing to say (204)", one(Reply(204)), status=204),
)  # fmt: skip
BOMBS = (
    *(Fault("bombs", f"{name} bomb", one(packed(bomb(pack), name)), status=None, kind="IgnoreRequest",
            error="when decoded", tries=1) for name, pack in PACKERS.items()),
    Fault("bombs", "bomb in a bomb", one(packed(gzip.compress(bomb(gzip.compress, 100 * MB)), "gzip", "gzip")),
          status=None, kind="IgnoreRequest", error="when decoded", tries=1),
    Fault("bombs", "huge by its length", one(raw(b"<html>", f"Content-Length: {300 * MB}")), status=None,
          kind="TooLarge", error="TooLarge", tries=1),
    Fault("bombs", "huge without a length", one(drip(OPEN + b"\r\n<html>", b"<p>tin</p>" * 100_000, 0, 40)),
          status=None, kind="TooLarge", error="TooLarge", tries=1),
    Fault("bombs", "header without end", one(drip(OPEN, b"X-A: " + b"b" * 8_000 + b"\r\n", 0, 1_000)),
          status=None, kind="DownloadFailedError", error="DownloadFailedError", tries=1, failures=1),
    Fault("bombs", "one header line without end", one(drip(OPEN + b"X-A: ", b"b" * 8_000, 0, 1_000)),
          status=None, kind="DownloadFailedError", error="DownloadFailedError", tries=1, failures=1),
)  # fmt: skip
REDIRECTS = (
    Fault("endless redirects", "a chain", chain(40), status=301,
          more=lambda r: [p["status"] for p in r.pages] == [301] * 11 and len({p["url"] for p in r.pages}) == 11),
    Fault("endless redirects", "a loop", one(moved("/bai-1.html")), status=302, error="more than 10", tries=1,
          asked=11),
    Fault("endless redirects", "a loop of two", one(moved("/bai-2.html")) | {"/bai-2.html": moved("/bai-1.html")},
          status=302, more=lambda r: r.site.paths()["/bai-2.html"] <= 11),
    *(Fault("endless redirects", f"broken target {to!r}", one(moved(to)), status=302, error="leads to", tries=1)
      for to in ("", "http://[bad/", "javascript:alert(1)", "http://a:99999/", "mailto:a@b.vn")),
    Fault("endless redirects", "no target", one(Reply(302, b"")), status=302, error="leads to", tries=1),
    Fault("endless redirects", "refresh in the header", one(text_page("x", HTML | {"Refresh": "0; url=/bai-2.html"})),
          drop="empty", more=lambda r: "/bai-2.html" not in r.site.paths()),
)  # fmt: skip
INSIDE = (
    *(Fault("private addresses", to, one(moved(to)), status=302, error="leads to", tries=1)
      for to in (
          "INNER/khoa-9.html", "http://2130706433:INNERPORT/khoa-9.html", "http://0x7f.78.41.1:INNERPORT/khoa-9.html",
          "http://0177.78.41.1:INNERPORT/khoa-9.html", "http://[::ffff:127.78.41.1]:INNERPORT/khoa-9.html",
          "http://localhost.:INNERPORT/khoa-9.html", "http://169.254.169.254/latest/meta-data/x-9.html",
          "gopher://127.78.41.1:INNERPORT/khoa-9.html", "file:///etc/passwd", "//127.78.41.1:INNERPORT/khoa-9.html",
      )),
    Fault("private addresses", "robots.txt that leads inside",
          one(article(1)) | {"/robots.txt": moved("INNER/robots.txt")}, article=True),
)  # fmt: skip
WAITING = (
    Fault("asked to wait", "429 with seconds", one(Reply(429, headers={"Retry-After": "900"})), status=429,
          error="HTTP 429", failures=1, pause=900),
    Fault("asked to wait", "503 with seconds", one(Reply(503, headers={"Retry-After": "900"})), status=503,
          error="HTTP 503", failures=1, pause=900),
    Fault("asked to wait", "a redirect with seconds",
          one(moved("/bai-2.html", **{"Retry-After": "900"})) | {"/bai-2.html": article(2)}, status=302, pause=900),
    Fault("asked to wait", "for ever", one(Reply(429, headers={"Retry-After": "99999999999999999999"})), status=429,
          error="HTTP 429", failures=1, pause=6 * 3600),
    Fault("server storms", "every page 500", paper(8) | {f"/bai-{n}.html": Reply(500) for n in range(1, 9)},
          status=500, error="HTTP 500", tries=1, failures=5, pause=60,
          more=lambda r: sum(n for path, n in r.site.paths().items() if "bai" in path) == 5),
    Fault("server storms", "one page 500", paper(3) | {"/bai-1.html": Reply(500)}, status=500, error="HTTP 500",
          tries=1, more=lambda r: len(r.articles) == 2),
)  # fmt: skip
LETTERS = (
    Fault("charset lies", "UTF-8 called Latin-1", one(legacy("", "utf-8", "iso-8859-1")), article=True,
          more=lambda r: LINES[0] in r.text()),
    Fault("charset lies", "UTF-8 called windows-1258", one(legacy("", "utf-8", "windows-1258")), article=True,
          more=lambda r: LINES[0] in r.text()),
    Fault("charset lies", "BOM and another name", one(Reply(body=b"\xef\xbb\xbf" + GOOD, headers={
        "Content-Type": "text/html; charset=windows-1252"})), article=True, more=lambda r: LINES[0] in r.text()),
    Fault("charset lies", "UTF-16 with a BOM", one(legacy("", "utf-16", "utf-8")), article=True,
          more=lambda r: LINES[0] in r.text()),
    Fault("charset lies", "letters that are lost", one(Reply(body=GOOD.replace("ướ".encode(), b"\xff\xfe\xfa"))),
          drop="charset"),
    Fault("charset lies", "a name that nobody knows", one(legacy("", "utf-8", "x-tieng-viet")), article=True,
          more=lambda r: LINES[0] in r.text()),
)  # fmt: skip
OTHER = (
    *(Fault("not HTML", name, one(Reply(body=body, headers={"Content-Type": kind})), drop="not-html")
      for name, body, kind in (
          ("PDF", b"%PDF-1.7\n" + bytes(900), "text/html"), ("JPEG", b"\xff\xd8\xff\xe0" + bytes(900), "text/html"),
          ("zip", b"PK\x03\x04" + bytes(900), "text/html"), ("JSON", b'{"a": [1, 2, 3]}' * 99, "text/html"),
          ("noise", bytes(range(1, 32)) * 99, "text/html"), ("called JSON", GOOD, "application/json"),
      )),
    Fault("not HTML", "an attachment", one(Reply(body=b"%PDF-1.7\n" + bytes(900), headers={
        "Content-Type": "application/octet-stream", "Content-Disposition": "attachment; filename=../../etc/x.pdf"})),
          drop="not-html"),
    Fault("not HTML", "a feed in its place", one(feed("/bai-2.html")), drop="not-html"),
)  # fmt: skip
TRAPS = (
    Fault("endless lists", "a pager without end",
          paper(1) | {f"/tin-p{n}": listing(f"/bai-{n}.html", f"/tin-p{n + 1}") for n in range(2, 50)}, article=True,
          more=lambda r: sum("/tin" in path for path in r.site.paths()) == 3),
    Fault("endless lists", "related without end",
          paper(1) | {f"/bai-{n}.html": article(n, related=(f"/bai-{n + 1}.html",)) for n in range(1, 50)},
          article=True, more=lambda r: sum("/bai" in path for path in r.site.paths()) == 3),
    Fault("endless lists", "a calendar", paper(1) | {
        "/tin": listing("/bai-1.html", *(f"/lich/2025/{m}/{d}" for m in range(1, 13) for d in range(1, 29)))},
          article=True, more=lambda r: not any("lich" in path for path in r.site.paths())),
    Fault("session ids", "one article under thirty names", paper(1) | {
        "/tin": listing(*(f"/bai-1.html?PHPSESSID={n}&utm_source=x{n}#a" for n in range(30)))}, article=False,
          status=None, asked=0, more=lambda r: len(r.pages) == sum("bai" in p for p in r.site.paths()) == 1),
)  # fmt: skip
STUB = "<script>document.cookie='D1N=abc;path=/';location.reload();</script>"
BLOCKS = {
    "cookie stub": (Reply(body=f"<html><head>{STUB}</head></html>".encode()), "blocked"),
    "challenge": (text_page("<h1>Just a moment...</h1>", title="Just a moment..."), "blocked"),
    "challenge 403": (text_page("<h1>Just a moment...</h1>", status=403), ""),
    "captcha": (text_page("<h1>Xác minh bạn không phải robot</h1><div class='g-recaptcha'></div>"), "blocked"),
    "log-in page": (text_page("<h1>Đăng nhập</h1><form><input name=u><input type=password name=p></form>"), "blocked"),
    "soft 404": (text_page("<h1>Không tìm thấy trang</h1>", title="404"), "soft-404"),
    "soft 404 with lists": (
        text_page("<h1>Trang không tồn tại</h1>" + "<ul><li><a href=/x>Tin khác</a></ul>" * 40),
        "soft-404",
    ),
    "empty": (Reply(body=b""), "empty"),
}
"""What stands in an article's place: the answer, and the reason of the drop ("": its status says it)."""
BLOCKED = tuple(
    Fault("blocks and soft 404s", name, one(reply), drop=drop, status=reply.status,
          error="HTTP 403" if reply.status == 403 else "", tries=int(reply.status == 403))
    for name, (reply, drop) in BLOCKS.items()
)  # fmt: skip
ROBOTS = (
    Fault("robots.txt", "500", one(article(1)) | {"/robots.txt": Reply(500)}, status=None, asked=0, failures=1,
          more=lambda r: set(r.site.paths()) == {"/robots.txt"}),
    Fault("robots.txt", "429", one(article(1)) | {"/robots.txt": Reply(429, headers={"Retry-After": "900"})},
          status=None, asked=0, failures=1, pause=900, more=lambda r: set(r.site.paths()) == {"/robots.txt"}),
    Fault("robots.txt", "silence", one(article(1)) | {"/robots.txt": Reply(wait=14.0)}, status=None, asked=0,
          failures=1, kind="DownloadTimeoutError", more=lambda r: set(r.site.paths()) == {"/robots.txt"}),
    Fault("robots.txt", "403", one(article(1)) | {"/robots.txt": Reply(403, b"User-agent: *\nDisallow: /")},
          article=True),
    Fault("robots.txt", "an HTML page", one(article(1)) | {"/robots.txt": text_page("<h1>Trang chủ</h1>")},
          article=True),
    Fault("robots.txt", "BOM", one(article(1)) | {
        "/robots.txt": Reply(body=b"\xef\xbb\xbfUser-agent: *\nDisallow: /bai", headers=TEXT)}, status=None, asked=0,
          error="forbidden by robots.txt"),
    Fault("robots.txt", "without end", one(article(1)) | {
        "/robots.txt": drip(PLAIN + b"User-agent: *\nDisallow: /bai\n", b"# dong\n" * 9_000, 0, 400)}, status=None,
          asked=0, error="forbidden by robots.txt", more=lambda r: len(str(r.host["robots"])) <= 500 * 1024),
    Fault("robots.txt", "cut", one(article(1)) | {"/robots.txt": raw(b"User-agent: *", "Content-Length: 99")},
          status=None, asked=0, more=lambda r: set(r.site.paths()) == {"/robots.txt"}),
    Fault("robots.txt", "five redirects away", one(article(1)) | {
        "/robots.txt": moved("/r1")} | {f"/r{n}": moved(f"/r{n + 1}") for n in range(1, 5)} | {
        "/r5": Reply(body=b"User-agent: baoluu\nDisallow: /bai", headers=TEXT)}, status=None, asked=0,
          error="forbidden by robots.txt"),
    Fault("robots.txt", "a redirect without end", one(article(1)) | {"/robots.txt": moved("/robots.txt")}, article=True,
          more=lambda r: r.site.paths()["/robots.txt"] == 6),
)  # fmt: skip
BEYOND = [f"/bai-{n}.html" for n in range(2, 10_000)]
MAPS = {"sitemaps": ("/map.xml",)}
FEEDS = {"feeds": ("/rss",)}
LISTS = (
    Fault("XML bombs", "laughing feed", listed("/rss", feed("/bai-1.html", before=LAUGHS, title="&j;"), "/bai-1.html"),
          status=None, asked=0, discover=FEEDS),
    Fault("XML bombs", "spying feed", listed("/rss", feed("/bai-1.html", before=SPY, title="&a;&b;"), "/bai-1.html"),
          status=None, asked=0, discover=FEEDS),
    Fault("XML bombs", "laughing sitemap", listed("/map.xml", Reply(body=sitemap("/bai-1.html", before=LAUGHS).replace(
        b"</loc>", b"</loc><lastmod>&j;</lastmod>"), headers=XML), "/bai-1.html"), status=None, asked=0, discover=MAPS),
    Fault("XML bombs", "spying sitemap", listed("/map.xml", Reply(body=sitemap("/bai-1.html", before=SPY).replace(
        b"</loc>", b"</loc><lastmod>&a;&b;</lastmod>"), headers=XML), "/bai-1.html"), article=True, discover=MAPS,
          more=lambda r: not any("root:" in str(p["hints"]) for p in r.pages)),
    Fault("XML bombs", "a feed of 6 MB", listed("/rss", feed(*["/bai-1.html"] * 90_000), "/bai-1.html"), status=None,
          asked=0, discover=FEEDS),
    Fault("XML bombs", "a sitemap of 60,000", listed("/map.xml", Reply(
        body=sitemap("/bai-1.html", *(f"/lau-{n}.htm" for n in range(49_999)), *BEYOND), headers=XML), "/bai-1.html"),
          article=True, discover=MAPS, more=lambda r: "/bai-2.html" not in str(r.frontier)),
    Fault("XML bombs", "indices without end", {"/tin": listing()} | {f"/map-{n}.xml": deep(n) for n in range(40)},
          status=None, asked=0, discover={"sitemaps": ("/map-0.xml",)},
          more=lambda r: sum("map" in path for path in r.site.paths()) == 3),
    Fault("packed sitemap bombs", "xml.gz bomb", listed("/map.xml.gz", Reply(body=bomb(gzip.compress, 60 * MB),
        headers={"Content-Type": "application/gzip"})), status=None, asked=0, discover={"sitemaps": ("/map.xml.gz",)}),
    Fault("packed sitemap bombs", "an honest xml.gz", listed("/map.xml.gz", Reply(body=sitemap("/bai-1.html"),
        headers={"Content-Type": "application/gzip", "X-Packed": "1"}), "/bai-1.html"), article=True,
          discover={"sitemaps": ("/map.xml.gz",)}),
)  # fmt: skip
SPAN = b"<table><tr><td colspan=9007199254740992>x</table><p>"


def nested(depth: int) -> Reply:
    return Reply(body=b"<html><body>" + b"<div>" * depth + b"x")


def attributed(count: int) -> Reply:
    return Reply(body=GOOD.replace(b"<h1>", b"<h1 " + b" ".join(b"a%d=b" % n for n in range(count)) + b">"))


STRANGE = "Nước \x00rút\x07 ở \u202ebản\u202c \u2066số\u2069 một\u200b"
PAGES = (
    Fault("strange characters", "in a title", one(Reply(body=GOOD.replace(
        "Nước rút ở bản số 1".encode(), STRANGE.encode()))), article=True,
          more=lambda r: r.titles() == ["Nước rút ở bản số một"]),
    Fault("hostile HTML", "2,000 deep", one(nested(2_000)), drop="truncated"),
    Fault("hostile HTML", "3,000 attributes", one(attributed(3_000)), article=True),
    Fault("hostile HTML", "a span of 2^53", one(Reply(body=GOOD.replace(b"<p>", SPAN, 1))), article=True),
)  # fmt: skip


def large() -> tuple[Fault, ...]:
    """The same in sizes that take minutes."""
    huge = huge_gzip(2_000 * MB)
    maps = listed("/map.xml.gz", Reply(body=huge, headers={"Content-Type": "application/gzip"}))
    return (
        Fault("hostile HTML", "100,000 deep", one(nested(100_000)), drop="hang"),
        Fault("hostile HTML", "1,000,000 attributes", one(attributed(1_000_000)), drop="hang"),
        Fault("bombs", "huge bomb in a bomb", one(packed(gzip.compress(huge), "gzip", "gzip")), status=None,
              kind="IgnoreRequest", error="when decoded", tries=1),
        Fault("packed sitemap bombs", "huge xml.gz bomb", maps, status=None, asked=0,
              discover={"sitemaps": ("/map.xml.gz",)}),
    )  # fmt: skip


FAULTS = (
    *SLOW, *BROKEN, *BOMBS, *REDIRECTS, *INSIDE, *WAITING, *LETTERS, *OTHER, *TRAPS, *BLOCKED, *ROBOTS, *LISTS, *PAGES,
)  # fmt: skip
