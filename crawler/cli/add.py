"""`baoluu sources add`: add a paper by asking it, and the keeper, a few questions."""

import os
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

import click
import msgspec

import config
from archive.facts import Cleaned, Drop, Page, Record
from config.sources import Source, Sources, load
from crawler.cli.common import CONTROL, cleaning, json_option, put_json
from crawler.cli.types import Address
from crawler.prospect.found import BUDGET, PACE, Refusal
from crawler.prospect.words import Language, say
from crawler.prospect.writing import refuse_unwritable, write

if TYPE_CHECKING:
    from crawler.prospect.judge import Stub
    from crawler.prospect.proposal import Proposal
    from crawler.prospect.prospect import Draft, Prospect
    from crawler.prospect.survey import Clean

ROOT = Path(config.__file__).parents[1]
CODES = {"declared": 2, "private": 2, "unreadable": 2, "no-pages": 2, "local-to": 2, "unwritable": 2}
"""Exit codes of refusals that are the call's own fault; the others end with 1."""
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


class PaperAddress(Address):
    """A paper's address as people write it: without a scheme it is https."""

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The URL."""
        url = str(value).strip()
        bare = re.fullmatch(r"(?:[\w-]+\.)+[^\W\d]{2,}(?:/\S*)?", url)
        return super().convert(f"https://{url}" if bare else url, param, ctx)


class Talk:
    """Asks and answers in one language. Without a terminal, or with `yes`, it takes its best answers."""

    def __init__(self, language: Language, *, yes: bool) -> None:
        self.language, self.asks = language, not yes and sys.stdin.isatty()

    def say(self, key: str, **told: object) -> None:
        """Say the sentence `key` on standard error."""
        click.echo(CONTROL.sub("", say(self.language, key, **told)), err=True)

    def line(self, text: str) -> None:
        """Print a line that is part of the answer. What a page prints cannot steer the terminal."""
        click.echo(CONTROL.sub("", text), err=self.quiet)

    quiet = False
    """Whether standard output is kept for JSON."""

    def asked(self, number: int, most: int, url: str, status: int) -> None:
        """A request was made."""
        self.say("asked", n=number, most=most, url=url, status=status or say(self.language, "no-answer"))

    def confirm(self, key: str, default: bool, **told: object) -> bool:
        """Yes or no; the default where nothing is asked."""
        if not self.asks:
            return default
        yes, no = say(self.language, "yes").split(), say(self.language, "no").split()
        shown = f"[{yes[0].upper()}/{no[0]}]" if default else f"[{yes[0]}/{no[0].upper()}]"
        while True:
            asked = f"{CONTROL.sub('', say(self.language, key, **told))} {shown}"
            said = click.prompt(asked, default="", show_default=False, err=True).strip().lower()
            if not said or said in yes or said in no:
                return said in yes if said else default
            self.say("yes-or-no", yes=yes[0], no=no[0])

    def text(self, key: str, default: str) -> str:
        """A line; the default where nothing is asked."""
        return str(click.prompt(say(self.language, key), default=default, err=True)).strip() if self.asks else default


@click.command(short_help="Add a paper: look it over, write a draft declaration.")
@click.argument("url", type=PaperAddress())
@click.option(
    "--from", "saved", type=click.Path(path_type=Path, exists=True), multiple=True, help="Saved pages: no network."
)
@click.option(
    "--lang", "language", type=click.Choice(["vi", "en"]), help="Language of the dialogue; default: the locale's."
)
@click.option("--yes", is_flag=True, help="Ask nothing: take the best answers.")
@click.option(
    "--to", "folder", type=click.Path(path_type=Path, file_okay=False), help="Where to write; default: baoluu itself."
)
@click.option("--dry-run", is_flag=True, help="Show the draft, write nothing.")
@json_option
def add(
    url: str,
    saved: tuple[Path, ...],
    language: Language | None,
    yes: bool,
    folder: Path | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Add a paper: look it over, recognise its CMS, write a draft declaration with a fixture's stub.

    At most 24 polite requests; robots.txt is obeyed. URL is its front page or, better, one of its articles. --from may
    be given several times: a file, a folder, a folder with routes.json, a WARC.

    \b
    baoluu sources add https://baodienbienphu.vn/
    baoluu sources add https://baodienbienphu.vn/ --from saved-pages/ --lang en --dry-run
    """
    talk = Talk(language or locale_language(), yes=yes)
    talk.quiet = as_json
    try:
        _add(talk, url, saved, folder, dry_run=dry_run, as_json=as_json)
    except (click.Abort, KeyboardInterrupt):
        talk.say("stopped")
        sys.exit(3)
    except Refusal as refusal:
        cause = refusal.told.get("cause")
        told = refusal.told | ({"error": say(talk.language, str(cause))} if cause else {})
        message = CONTROL.sub("", say(talk.language, refusal.why, **told))
        if as_json:
            put_json({"url": url, "refused": {"reason": refusal.why, "message": message}})
        click.echo(message, err=True)
        sys.exit(CODES.get(refusal.why, 1))


def locale_language() -> Language:
    """English where the locale says so, else Vietnamese."""
    named = next((v for k in ("LC_ALL", "LC_MESSAGES", "LANG") if (v := os.environ.get(k))), "")
    return "en" if named.lower().startswith("en") else "vi"


def declared_papers() -> Sources:
    """The papers that have a declaration already."""
    return load()


def sample_pace(url: str) -> float | None:
    """The pace at which an address of this machine may be asked: the sample newsroom's; None for any other."""
    from crawler.newsroom import declared

    paper = declared().of(url)
    return paper.pace if paper else None


def _add(talk: Talk, url: str, saved: Sequence[Path], folder: Path | None, *, dry_run: bool, as_json: bool) -> None:
    from crawler.prospect.prospect import look, refuse_declared

    declared, pace = declared_papers(), None if saved else sample_pace(url)
    if urlsplit(url).port and sample_pace(url) is not None and folder is None and not dry_run:
        raise Refusal("local-to", host=urlsplit(url).hostname or "")
    refuse_declared(declared, [url])
    if not dry_run:
        refuse_unwritable(folder or ROOT)
    if not saved:
        from crawler.prospect.fetch import refuse_private

        refuse_private(url, local=pace is not None)
    with cleaning(1) as pool:

        def clean(pages: Sequence[Page], source: Source) -> list[Cleaned]:
            return list(pool.map((page, source) for page in pages))

        if saved:
            talk.say("reading", paths=", ".join(map(str, saved)))
        else:
            talk.say("asking", host=urlsplit(url).hostname or "", most=BUDGET, pace=PACE if pace is None else pace)
        local, slow = pace is not None, PACE if pace is None else pace
        found = look(url, declared, clean, saved=saved, local=local, pace=slow, told=talk.asked)
        done = _settled(talk, found, declared, clean)
        _finish(talk, done, folder or ROOT, clean, dry_run=dry_run, as_json=as_json, own=folder is None)


class Done(NamedTuple):
    """What the dialogue came to, before anything is written."""

    found: "Prospect"
    proposal: "Proposal"
    draft: "Draft"
    shown: int
    """Position of the article that was shown."""
    left_out: list[str]


def _settled(talk: Talk, found: "Prospect", declared: Sources, clean: "Clean") -> Done:
    """Tell what was found, ask for the paper's name and id, and show an article under the draft."""
    from crawler.cli.add_told import tell_article, tell_coverage, tell_found
    from crawler.prospect import judge
    from crawler.prospect.prospect import draft_of

    put, language = talk.line, talk.language
    family = declared.families.get(found.proposal.family or "")
    if found.left_out:
        talk.say("left-out", n=len(found.left_out), file=found.left_out[0])
    tell_found(put, language, found.survey, found.proposal, family, len(found.reads))
    title, name = talk.text("ask-title", found.proposal.title), talk.text("ask-id", _free(found.proposal.id, declared))
    while not _ID.fullmatch(name) or name in declared:
        talk.say("bad-id" if not _ID.fullmatch(name) else "taken-id", id=name)
        name = talk.text("ask-id", _free(found.proposal.id, declared))
    named = msgspec.structs.replace(found.proposal, title=title, id=name)
    proposal, draft = draft_of(found._replace(proposal=named), clean, language)
    records = draft.records
    if not records:
        return Done(found, proposal, draft, 0, [])
    shown = judge.best(records)
    at = next(n for n, made in enumerate(draft.made) if made.output is records[shown])
    left_out = judge.left_out(found.reads[at].view, records[shown], draft.source)
    tell_article(put, language, records[shown], left_out)
    tell_coverage(put, language, records, len(draft.made))
    return Done(found, proposal, draft, at, left_out)


def _free(name: str, declared: Sources) -> str:
    """`name` as an id, with a number where a paper is called so already."""
    name = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "bao"
    return next(n for k in range(1, 1000) if (n := name if k == 1 else f"{name}-{k}") not in declared)


def _finish(talk: Talk, done: Done, folder: Path, clean: "Clean", *, dry_run: bool, as_json: bool, own: bool) -> None:
    """Make the fixture's stub, tell the doubts, and write what the keeper wants written."""
    from crawler.cli.add_told import as_object, tell_doubts
    from crawler.prospect import judge

    found, proposal, draft = done.found, done.proposal, done.draft
    output = draft.made[done.shown].output
    doubts, stub = list(proposal.doubts), None
    if isinstance(output, Record):
        page, view = found.pages[done.shown], found.reads[done.shown].view
        stub = judge.stub(page, view, output, draft.source, lambda made: clean([made], draft.source)[0])
        if stub.differing:
            doubts.append(("stub-differs", {"fields": ", ".join(stub.differing)}))
    lacking = [made.output.drop.reason for made in draft.made if isinstance(made.output, Drop)]
    if lacking:
        doubts.append(("draft-trouble", {"trouble": ", ".join(lacking)}))
    proposal = msgspec.structs.replace(proposal, doubts=doubts)
    tell_doubts(talk.line, talk.language, doubts)
    files = _files(talk, proposal, draft, stub, folder, found)
    written = [] if dry_run else _written(talk, files)
    if as_json:
        told = as_object(talk.language, found.survey, proposal, draft.records, output, len(draft.made), done.left_out)
        put_json(told | {"draft": draft.toml, "written": [str(path) for path in written]})
    _part(talk, proposal, draft, files, written, dry_run=dry_run, own=own)
    sys.exit(0 if stub and (dry_run or written) and not lacking else 1)


def _files(
    talk: Talk, made: "Proposal", draft: "Draft", stub: "Stub | None", folder: Path, found: "Prospect"
) -> dict[Path, str]:
    """What is to be written, the declaration last: a paper without its fixture is worse than a fixture without one."""
    files = {}
    if stub:
        into = folder / "tests" / "fixtures" / "pages" / made.id / stub.generation
        files = {into / "page.html": stub.page_html, into / "page.json": stub.page_json}
        files[into / "expected.json"] = stub.expected_json
        files[into / "note.md"] = say(talk.language, "stub-note", title=made.title, day=found.pages[0].fetched_at[:10])
    return files | {folder / "config" / "sources" / f"{made.id}.toml": draft.toml}


def _written(talk: Talk, files: dict[Path, str]) -> list[Path]:
    """Write `files`, none over an existing one without leave; each is there whole or not at all."""
    declaration = list(files)[-1]
    if talk.asks and not talk.confirm("ask-right", True):
        talk.say("wrong-article")
    if not talk.confirm("ask-write", True, path=declaration):
        talk.say("not-written")
        return []
    for path in files:
        if path.exists() and not talk.confirm("ask-over", False, path=path):
            if talk.asks:
                talk.say("not-written")
                return []
            raise Refusal("exists", path=path)
    return write(files)


def _part(
    talk: Talk,
    made: "Proposal",
    draft: "Draft",
    files: dict[Path, str],
    written: list[Path],
    *,
    dry_run: bool,
    own: bool,
) -> None:
    """The last words: what was written, or would be, and what to do next."""
    declaration = list(files)[-1]
    if dry_run:
        talk.line("")
        talk.line(say(talk.language, "dry", path=declaration))
        talk.line(draft.toml)
        return
    for path in written:
        talk.line(say(talk.language, "written", path=path))
    if written:
        talk.line(say(talk.language, "next" if own else "next-elsewhere", path=declaration, id=made.id))
