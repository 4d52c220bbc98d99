"""Putting a topic's phrases anew: what else the file says, its comments and its layout stay."""

import tomllib

import pytest

from config.edit import NotEditable, with_phrases

HEAD = '# của tôi\ntitle = "Kè"  # tên\nseeds = ["a"]\n\n[phrases]\nnot = ["bóng đá"] # [phrases.may]\n'
BODIES = {
    "none": "",
    "empty": "\n[phrases.may]\n",
    "some": '\n[phrases.may] # cụm từ\n# một dòng\n"kè đá" = 0.4  # cũ\n"lũ" = 1\n',
    "before others": '\n[phrases.may]\n"kè" = 0.4\n\n[khac]\nx = 1\n',
}


@pytest.mark.parametrize("body", BODIES.values(), ids=list(BODIES))
def test_the_phrases_are_put_and_nothing_else_changes(body: str) -> None:
    may = {"chắn lũ": 0.31, 'nói "kè"': -0.2}
    made = with_phrases(HEAD + body, may)
    before, after = tomllib.loads(HEAD + body), tomllib.loads(made)
    assert after["phrases"].pop("may") == may
    before["phrases"].pop("may", None)
    assert after == before and made.startswith(HEAD)
    assert ("# một dòng" in made) == ("# một dòng" in body)
    assert with_phrases(made, may) == made


def test_phrases_that_stand_elsewhere_are_left_to_the_keeper() -> None:
    for text in ('[phrases]\nmay = {"kè" = 1}\n', 'phrases.may."kè" = 1\n', '[phrases]\nmay."kè" = 1.0\n'):
        with pytest.raises(NotEditable, match=r"phrases\.may cannot be edited here"):
            with_phrases(text, {"lũ": 0.2})
