"""The keeper's guide: every command in it exists, and what it shows is what is answered."""

import re
import shlex
from pathlib import Path

import click
import pytest

from crawler.cli import cli
from crawler.newsroom import PORT, Newsroom
from crawler.prospect.found import BUDGET, PACE
from tests.conftest import ROOT
from tests.docs import DOCS

GUIDE = DOCS / "huong-dan.md"


def lines(text: str) -> list[str]:
    """The calls of `baoluu` in code blocks and code spans, from the word after it on."""
    text = re.sub(r"<!-- sources add -->.*?<!-- end -->", "", text, flags=re.S)
    calls, prose, fenced = [], "", False
    for line in text.splitlines():
        if line.startswith("```"):
            fenced = not fenced
        elif fenced:
            calls.append(line)
        else:
            prose += line + " "
    calls += re.findall(r"`([^`]+)`", prose)
    found = (re.search(r"(?:^|bin/)baoluu (\w.*)$", call) for call in calls)
    return sorted({re.sub(r"\s*(?:>>|\|).*", "", match[1]) for match in found if match})


def trouble(call: str) -> str | None:
    """What the command line would say against `call`, without running it."""
    words, command, context = shlex.split(call), cli, click.Context(cli, info_name="baoluu", **cli.context_settings)
    found: click.Command = command
    while isinstance(found, click.Group) and words:
        name = words.pop(0)
        inner = found.get_command(context, name)
        if inner is None:
            return f"no command {name!r}"
        found, context = inner, click.Context(inner, parent=context, info_name=name)
    bare = not words
    try:
        found.make_context(context.info_name, words, parent=context.parent)
    except click.exceptions.Exit:
        return None
    except click.MissingParameter as error:
        return None if bare else error.format_message()  # a bare name is named in passing
    except click.UsageError as error:
        return None if "does not exist" in error.message else error.format_message()
    return None


@pytest.mark.parametrize("call", lines(GUIDE.read_text(encoding="utf-8")))
def test_every_command_of_the_guide_exists(call: str) -> None:
    assert trouble(call) is None


def test_a_command_that_does_not_exist_would_be_told() -> None:
    assert trouble("sources nothing") and trouble("runs --nothing") and trouble("diff --html x")
    assert trouble("runs --limit 5") is None and trouble("crawl vietnamnet --limit 20") is None


def test_the_transcript_is_what_is_answered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    text = GUIDE.read_text(encoding="utf-8")
    shown = re.search(r"<!-- sources add -->\n```\n(.*?)```\n<!-- end -->", text, re.S)
    assert shown
    monkeypatch.chdir(tmp_path)
    with Newsroom() as newsroom, pytest.raises(SystemExit) as ended:
        url = newsroom.base("suoinga") + "/"
        cli.main(["sources", "add", url, "--to", "data/thu-bao", "--lang", "vi", "--yes"], standalone_mode=False)
    told = capfd.readouterr().out.replace(f":{newsroom.port}/", f":{PORT}/")
    assert ended.value.code == 0
    assert shown[1] == told, "the guide's transcript differs; copy this answer into it"
    assert f"nhiều nhất {BUDGET} trang" in text and PACE == 2.0 and "ít nhất hai giây" in text
    assert f"sources add http://127.77.0.1:{PORT}/ --to data/thu-bao --lang vi --yes" in text


def test_the_guide_is_vietnamese_with_its_marks() -> None:
    text = GUIDE.read_text(encoding="utf-8")
    assert len(re.findall("[ăâđêôơưạảấầẩẫậắằẳẵặẹẻẽềếểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]", text)) > 900
    for name in re.findall(r"\]\((\w+\.md)\)", text):
        assert (ROOT / "docs" / name).is_file()
