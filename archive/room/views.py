"""All pages of the room. Each is to be had as `.json` too; `baoluu serve --get PATH` prints any of them."""

from archive.room import finding, home, keeper, papers, raw, story, subjects, takeaway
from archive.room.view import Format, View

CSV, ATOM = "text/csv; charset=utf-8", "application/atom+xml; charset=utf-8"
_ONE = "article/{source}/{id}"

VIEWS = (
    View("", home.home, "home.html", needs=("glance",)),
    View("overview", home.home, "home.html", needs=("health",)),
    View(
        "search",
        finding.search,
        "search.html",
        {"csv": Format(finding.as_csv, CSV, "baoluu-search.csv"), "atom": Format(finding.as_feed, ATOM)},
    ),
    View(_ONE, story.article, "article.html", takeaway.CITATIONS),
    View(f"{_ONE}/history", story.history, "history.html"),
    View(f"{_ONE}/diff", story.difference, "diff.html"),
    View(f"{_ONE}/copies", story.copies, "copies.html"),
    View(f"{_ONE}/related", story.related, "related.html"),
    View(f"{_ONE}/why", story.life, "why.html", needs=("account",)),
    View(f"{_ONE}/report", takeaway.report, "report.html", {"jsonl": takeaway.MISTAKE}),
    View("url", story.by_url, "url.html"),
    View("page/{id}", raw.stored, "page.html"),
    View("sources", papers.papers, "sources.html", needs=("health",)),
    View("source/{source}", papers.paper, "source.html", needs=("health",)),
    View("topics", subjects.topics, "topics.html"),
    View("topic/{topic}", subjects.topic, "topic.html"),
    View("stories", subjects.stories, "stories.html"),
    View("runs", keeper.runs, "runs.html"),
    View("run/{id}", keeper.run, "run.html"),
    View("health", keeper.health, "health.html", needs=("health",)),
    View("help", takeaway.about, "help.html"),
    View("take", takeaway.about, "take.html"),
)
