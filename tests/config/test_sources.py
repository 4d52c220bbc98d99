import pickle
from pathlib import Path

import msgspec
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


def listed(lines: str) -> str:
    """The source with a list that scripts fetch."""
    return f"{SOURCE}[[discover.lists]]\n{lines}\n"


def searching(body: str) -> str:
    """A source with one declared search."""
    return f"{SOURCE}[discover.search]\n{body}\n"


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
    "changed",
    [
        SOURCE.replace("Báo Thử", "Báo Khác"),
        SOURCE.replace("hosts", 'scheme = "http"\nhosts', 1),
        SOURCE.replace("[rules]", 'own_ids = ["thu.example.vn"]\n[rules]', 1),
    ],
)
def test_what_reaches_a_record_changes_the_digest(tmp_path: Path, changed: str) -> None:
    before = load(write(tmp_path))["thu"]
    assert load(write(tmp_path, changed))["thu"].digest != before.digest


def test_the_port_does_not_change_the_digest(tmp_path: Path) -> None:
    assert load(write(tmp_path), port=9001)["thu"].digest == load(write(tmp_path), port=9002)["thu"].digest


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (SOURCE + 'title = ["h1[["]', "rules.title: 'h1[[' is no CSS selector"),
        (SOURCE + 'image = ["img[@src"]', "rules.image: 'img['"),
        (SOURCE + 'captions = ["p@title"]', "rules.captions: 'p@title'"),
        (SOURCE + 'not_article = [""]', "rules.not_article: ''"),
        (
            SOURCE + "[urls]\narticle = ['-p(?P<part>[0-9]+)']",
            "urls.article: pattern '-p(?P<part>[0-9]+)' tells parts but no id",
        ),
        (SOURCE + '[[generation]]\nname = "x"\nwhen = "div[["', "generation x: when: 'div[['"),
        (SOURCE + '[[generation]]\nname = "x"\nurl = "("', "generation x: url: pattern '('"),
        (SOURCE + '[[generation]]\nname = "x"\nhost = "a/b"', "generation x: host: 'a/b'"),
        (SOURCE + '[[generation]]\nname = "x"\n[generation.rules]\nlead = ["p["]', "generation x: rules.lead: 'p['"),
        (SOURCE + "[discover]\nsitemap_skip = ['(']", "discover.sitemap_skip: pattern '('"),
        (SOURCE + '[discover]\nlist_links = ["h2[["]', "discover.list_links: 'h2[['"),
        (SOURCE + '[discover]\npager = "{sektion}/trang-{n}"', "discover.pager: '{sektion}/trang-{n}'"),
        (SOURCE + '[discover]\npager = "{section}?page=2"', "discover.pager: '{section}?page=2'"),
        (SOURCE + '[discover]\npager = "{section"', "discover.pager: '{section'"),
        (SOURCE + "[discover]\npager_step = 0", "discover.pager_step"),
        (
            SOURCE + '[discover]\nfeeds = ["https://khac.example.vn/rss"]',
            "discover.feeds: 'https://khac.example.vn/rss'",
        ),
        (SOURCE + '[urls]\nid_time = ["%Y%m"]', "urls.id_time: '%Y%m': needs %Y or %y, %m and %d"),
        (SOURCE + '[urls]\nid_time = ["%Y%y%m%d"]', "needs %Y or %y"),
        (SOURCE + '[urls]\nid_time = ["%Q%M"]', "%Q alone"),
        (SOURCE + '[urls]\nid_time = ["%Y%m%d%T"]', "'%T' is none of %Y"),
        (SOURCE + '[urls]\nid_time = ["id-%Y%m%d"]', "'i' is none of %Y"),
        (listed('url = "https://khac.example.vn/a"'), "discover.lists: 'https://khac.example.vn/a' is on none of"),
        (listed('url = "/a/{muc}"'), "its address has {section} and {n} once each"),
        (listed('url = "/{n}/{n}"'), "its address has {section} and {n} once each"),
        (listed('url = "/a/{n"'), "a brace in its address is not closed"),
        (listed('url = "/a/{section}"'), "nothing says what {section} stands for"),
        (listed('url = "/a"\nsections = ["b"]'), "which its address lacks"),
        (listed('url = "/a/{section}"\nsections = ["b/c"]'), "sections: 'b/c' is not one part of a path"),
        (listed('url = "/a/{section}"\nsection_at = "#z@value"'), "its address needs {n}"),
        (listed('url = "/a/{section}/{n}"\nsection_at = "#z[["'), "discover.lists.section_at: '#z[[' is no CSS"),
        (listed('url = "/a"\narticle = "/{slug}"'), "`article` is for JSON, and that needs `items`"),
        (listed('url = "/a"\nexpect = { status = 1 }'), "`expect` is for JSON"),
        (listed('url = "/a"\nitems = ["data"]'), "JSON needs either `article` or `menu`"),
        (listed('url = "/a/{n}"\nitems = ["data"]\nmenu = "slug"'), "a menu tells of all sections"),
        (listed('url = "/a"\nitems = ["data[0]"]\narticle = "/{slug}"'), "'data[0]' is no field"),
        (listed('url = "/a"\nitems = [""]\narticle = "/{slug:x}"'), "'slug:x' is no field"),
        (listed('url = "/a"\nitems = [""]\narticle = "/tin-bai"'), "article: '/tin-bai' is no address made of fields"),
        (listed('url = "/a"\nitems = [""]\narticle = "tin/{slug}"'), "article: 'tin/{slug}' is no address"),
        (listed('url = "/a"\nitem = [""]'), "nearest valid name is 'items'"),
        (searching('url = "/tim-kiem"'), "discover.search: '/tim-kiem' needs {words}, once, and no others"),
        (searching('url = "/tim-kiem?q={words}&trang={n}"'), "needs {words}, once, and no others"),
        (searching('url = "/tim-kiem?q={words"'), "discover.search: '/tim-kiem?q={words' needs {words}"),
        (searching('url = "/s?q={words}"\npager = "/s?q={words}"'), "'/s?q={words}' needs {words} and {n}, once"),
        (
            searching('url = "https://khac.example.vn/?q={words}"'),
            "discover.search: 'https://khac.example.vn/?q={words}'",
        ),
        (searching('url = "/s?q={words}"\nblank = "_"'), "$.discover.search.blank"),
        (searching('url = "/s?q={words}"\npagr = "x"'), "nearest valid name is 'pager'"),
        (SOURCE + "[urls]\ntag = ['(']", "urls.tag: pattern '('"),
        (SOURCE + "[urls]\ntopic = ['(']", "urls.topic: pattern '('"),
        (SOURCE.replace("hosts", 'api_hosts = ["127.0.0.1"]\nhosts', 1), "api_hosts: host '127.0.0.1' is not a public"),
        (SOURCE.replace("hosts", 'api_hosts = ["a b"]\nhosts', 1), "api_hosts: 'a b' is no host name"),
        (SOURCE + "[dump]\nbox = ['(']", "dump.box: pattern '('"),
        (SOURCE + "[dump]\nbox = ['a{9999999999999}']", "dump.box: pattern"),
        (SOURCE + '[examples]\narticle = ["https://khac.example.vn/a-1.html"]', "examples.article: 'https://khac"),
        (SOURCE + '[examples]\nother = ["http://[bad/"]', "examples.other: 'http://[bad/'"),
        (SOURCE.replace("hosts", "pace = -5.0\nhosts", 1), "$.pace"),
        (SOURCE.replace("hosts", "pace = nan\nhosts", 1), "$.pace"),
        (SOURCE.replace("thu.example.vn", "https://thu.example.vn"), "hosts: 'https://thu.example.vn' is no host name"),
        (SOURCE.replace("thu.example.vn", "thu.example.vn/tin"), "hosts: 'thu.example.vn/tin' is no host name"),
        (SOURCE.replace("thu.example.vn", "thu"), "hosts: 'thu' is no host name"),
        (SOURCE.replace("[rules]", 'own_ids = ["b.example.vn"]\n[rules]', 1), "own_ids: 'b.example.vn'"),
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


def test_a_family_is_checked_too(tmp_path: Path) -> None:
    with pytest.raises(DeclarationError, match=r"fam\.toml: marks: 'p\[' is no CSS selector"):
        load(write(tmp_path, family='marks = ["p["]' + FAMILY))


def test_a_folder_in_a_declarations_place_is_refused(tmp_path: Path) -> None:
    (write(tmp_path) / "sources" / "hai.toml").mkdir()
    with pytest.raises(DeclarationError, match=r"hai\.toml: cannot be read"):
        load(tmp_path)


def test_examples_may_be_paths(tmp_path: Path) -> None:
    shown = load(write(tmp_path, SOURCE + '[examples]\narticle = ["/a-1.html"]'))["thu"].examples
    assert shown.article == ("https://thu.example.vn/a-1.html",)


def test_a_host_belongs_to_one_source(tmp_path: Path) -> None:
    (write(tmp_path) / "sources" / "hai.toml").write_text(SOURCE, encoding="utf-8")
    with pytest.raises(DeclarationError, match="declared by both hai and thu"):
        load(tmp_path)


def test_a_host_of_lists_belongs_to_its_source_and_to_no_other(tmp_path: Path) -> None:
    api = 'api_hosts = ["api.example.vn"]\n'
    sources = load(write(tmp_path, api + listed('url = "https://api.example.vn/a"')))
    found = sources.of("https://api.example.vn/a")
    assert found is sources["thu"] and found.hosts == ("thu.example.vn",)
    (tmp_path / "sources" / "hai.toml").write_text(api + SOURCE.replace("thu.", "hai."), encoding="utf-8")
    with pytest.raises(DeclarationError, match=r"'api\.example\.vn' is declared by both hai and thu"):
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


def test_the_port_of_a_search_does_not_change_the_digest(tmp_path: Path) -> None:
    here = write(tmp_path, searching('url = "/tim-kiem?q={words}"'))
    one, other = (load(here, port=port)["thu"] for port in (9001, 9002))
    assert one.digest == other.digest and one.searches != other.searches


def test_a_paper_is_handed_over_whole_and_read_once() -> None:
    paper = load()["vietnamnet"]
    there, again = (pickle.loads(pickle.dumps(each)) for each in (paper, msgspec.structs.replace(paper)))
    assert there == paper and there.digest == paper.digest
    assert again is there
    assert pickle.loads(pickle.dumps(msgspec.structs.replace(paper, pace=9.0))).pace == 9.0
