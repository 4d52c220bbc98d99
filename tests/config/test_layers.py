"""Whose words a rule is."""

from config.declarations import ADDED, Rules
from config.layers import DEFAULTS
from config.sources import Source, load
from crawler.newsroom import declared

SOURCES = load()


def effective(source: Source) -> list[tuple[str | None, Rules]]:
    return [(None, source.rules), *((g.name, g.rules) for g in source.generations)]


def test_every_effective_rule_is_said_by_a_layer_that_says_it() -> None:
    asked = 0
    for sources in (SOURCES, declared()):
        for source in sources.values():
            layers = sources.layers(source)
            for generation, rules in effective(source):
                said = dict(layers.of(generation))
                for field in Rules.__struct_fields__:
                    for value in getattr(rules, field) or ():
                        whose = layers.said_by(generation, field, value)
                        assert value in getattr(said[whose], field), (source.id, generation, field, value)
                        asked += 1
    assert asked > 1000


def test_a_field_is_the_uppermost_layers_and_a_growing_list_is_each_ones() -> None:
    layers = SOURCES.layers(SOURCES["baochinhphu"])
    assert layers.said_by("2022", "authors", "[data-role=author]") == "source"
    assert layers.said_by("2022", "title", "[data-role=title]") == "family"
    assert layers.said_by("2020", "title", "meta:og:title") == "source generation 2020"
    assert layers.said_by("2020", "drop", "div[type=Vote]") == "family" and "drop" in ADDED
    assert layers.said_by("2020", "image", "meta:og:image") == DEFAULTS
    assert layers.marked_by("2020") == "source"


def test_a_familys_generation_goes_by_the_familys_marks() -> None:
    layers = SOURCES.layers(SOURCES["baoquocte"])
    assert layers.marked_by("2021") == "family"
    assert layers.said_by("2021", "lead", ".article-detail-desc") in ("family generation 2021", "source")
