"""Adding a pattern to a declaration: what else the file says, its comments and its layout stay."""

import difflib
import tomllib

import pytest

from config.edit import NotEditable, with_drop_line
from config.sources import HERE

HEAD = 'title = "Báo Thử"  # một tờ báo\nhosts = ["thu.example.vn"]\n'
TAIL = '\n[examples]\narticle = ["https://thu.example.vn/a-1.html"]\n'
BODIES = {
    "none": "",
    "rules without it": '\n[rules]\ntitle = ["h1"]  # đầu đề\n\n[[generation]]\nname = "x"\n',
    "empty": "\n[rules]\ndrop_lines = []\n",
    "one line": "\n[rules]\ndrop_lines = ['Đọc tiếp']  # hộp\ntitle = [\"h1\"]\n",
    "one line, comma": "\n[rules]\ndrop_lines = ['Đọc tiếp', ]\n",
    "lines": "\n[rules]\ndrop_lines = [\n  'a]',  # một ]\n  \"b # 'x'\",  # hai\n]\n\n[rules.more]\n",
    "lines, no comma": "\n[rules]\ndrop_lines = [\n  'a',\n  'b'  # hai\n  # hết\n]\n",
    "a generation's own": (
        "\n[[generation]]\nname = 'x'\n[generation.rules]\ndrop_lines = ['a']\n\n[rules]\ntitle = ['h1']\n"
    ),
    "a list that looks like a header": '\n[rules]\nauthors = [\n  \'a\',\n]\ntitle = [\n"""\n[x]\n""",\n]\n',
}


@pytest.mark.parametrize("body", BODIES.values(), ids=list(BODIES))
@pytest.mark.parametrize(
    "pattern", [r"Theo dõi Báo Thử trên Google \(News\)", "Tờ báo 'của' \"ta\"", r"Lượt xem: \d[\d.,]*"]
)
def test_the_pattern_is_added_and_nothing_else_changes(body: str, pattern: str) -> None:
    text = HEAD + body + TAIL
    made = with_drop_line(text, pattern)
    before, after = tomllib.loads(text), tomllib.loads(made)
    assert after["rules"].pop("drop_lines") == [*before.get("rules", {}).pop("drop_lines", []), pattern]
    assert after["rules"] == before.get("rules", {})
    assert {**after, "rules": 0} == {**before, "rules": 0}
    gone = [line for line in difflib.ndiff(text.splitlines(), made.splitlines()) if line.startswith("- ")]
    assert len(gone) <= 1 and all("drop_lines" in line or "'b'" in line for line in gone)
    assert made.count("#") == text.count("#") + pattern.count("#")
    assert with_drop_line(made, pattern) == made


def test_every_declared_paper_can_be_edited_and_edited_again() -> None:
    for path in sorted((HERE / "sources").glob("*.toml")):
        text = path.read_text(encoding="utf-8")
        made = with_drop_line(with_drop_line(text, "Dòng một"), "Dòng hai")
        assert tomllib.loads(made)["rules"]["drop_lines"][-2:] == ["Dòng một", "Dòng hai"], path.name
        kept = [line for line in text.splitlines() if "drop_lines" not in line]
        assert [line for line in made.splitlines() if line in set(kept)][: len(kept)], path.name
        assert made.count("\n") - text.count("\n") <= 3, path.name


def test_what_cannot_be_edited_is_said_with_the_pattern() -> None:
    with pytest.raises(NotEditable, match=r"'Dòng một' to rules\.drop_lines by hand"):
        with_drop_line(HEAD + 'rules = {title = ["h1"]}\n', "Dòng một")
    with pytest.raises(NotEditable, match="by hand"):
        with_drop_line(HEAD + 'rules.title = ["h1"]\n' + TAIL, "Dòng một")
