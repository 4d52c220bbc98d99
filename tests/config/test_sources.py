from pathlib import Path

import pytest

from config.sources import DeclarationError, Sources, generic, load

FAMILY = """
title = "A family"
[rules]
title = ["h1"]
drop = [".ads"]
[[generation]]
name = "new"
when = "div.new"
[generation.rules]
container = ["div.new"]
drop = [".box"]
"""
SOURCE = """
title = "Báo Thử"
family = "fam"
hosts = ["thu.example.vn"]
[rules]
drop = [".own"]
"""


def write(root: Path, source: str = SOURCE, family: str = FAMILY) -> Path:
    for folder, name, text in (("families", "fam", family), ("sources", "thu", source)):
        (root / folder).mkdir(exist_ok=True)
        (root / folder / f"{name}.toml").write_text(text, encoding="utf-8")
    return root


def test_layers_replace_fields_and_add_drops(tmp_path: Path) -> None:
    generation = load(write(tmp_path))["thu"].generations[0]
    assert generation.rules.title == ("h1",)
    assert generation.rules.container == ("div.new",)
    assert generation.rules.drop == (".ads", ".box", ".own")


def test_the_source_may_refine_a_generation_of_its_family(tmp_path: Path) -> None:
    refined = SOURCE + '[[generation]]\nname = "new"\n[generation.rules]\ntitle = ["h1.own"]\n'
    generation = load(write(tmp_path, refined))["thu"].generations[0]
    assert generation.when == "div.new"
    assert (generation.rules.title, generation.rules.container) == (("h1.own",), ("div.new",))


def test_a_changed_rule_changes_only_its_own_digest(tmp_path: Path) -> None:
    before = load(write(tmp_path))["thu"]
    paced = load(write(tmp_path, SOURCE.replace("hosts", "pace = 9.0\nhosts", 1)))["thu"]
    changed = load(write(tmp_path, SOURCE.replace(".own", ".other")))["thu"]
    assert before.digest == paced.digest != changed.digest


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (SOURCE.replace("hosts", "hots"), "nearest valid name is 'hosts'"),
        (SOURCE.replace("[rules]", "[rules]\ntitel = ['h1']"), "nearest valid name is 'title'"),
        (SOURCE.replace('"fam"', '"fan"'), "nearest valid name is 'fam'"),
        (SOURCE + 'end_lines = ["("]', "pattern '('"),
        (SOURCE.replace("thu.example.vn", "127.0.0.1"), "not a public name"),
        (SOURCE.replace("thu.example.vn", "localhost"), "not a public name"),
        ("title = ", "not readable as TOML"),
    ],
)
def test_a_wrong_declaration_is_refused_with_file_and_key(tmp_path: Path, source: str, said: str) -> None:
    with pytest.raises(DeclarationError, match=r"thu\.toml") as error:
        load(write(tmp_path, source))
    assert said in str(error.value)


def test_a_host_belongs_to_one_source(tmp_path: Path) -> None:
    (write(tmp_path) / "sources" / "hai.toml").write_text(SOURCE, encoding="utf-8")
    with pytest.raises(DeclarationError, match="declared by both hai and thu"):
        load(tmp_path)


def test_sources_are_found_by_host_and_by_name(sources: Sources) -> None:
    for host in ("song.example.vn", "www.song.example.vn", "M.Song.Example.VN"):
        found = sources.of(f"http://{host}/x")
        assert found is not None and found.id == "songnews"
    assert sources.of("https://example.vn/x") is None
    with pytest.raises(DeclarationError, match="did you mean songnews"):
        sources.pick("songnew")


def test_a_page_of_an_undeclared_host_has_a_generic_source() -> None:
    assert generic("https://www.la.example.vn/x").id == "la.example.vn"


def test_a_generic_source_knows_the_families_for_the_digest_and_the_reading() -> None:
    source = generic("https://la.example.vn/x")
    assert {"VCCorp", "MasterCMS", "OneCMS"} <= {family.title for family in source.kin}
    assert source.digest != type(source)(id=source.id, title=source.title, hosts=source.hosts).digest
