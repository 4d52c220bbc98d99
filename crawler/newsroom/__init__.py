"""The sample newsroom: a bundled loopback web of four invented papers, and their declarations.

Everything in it is invented: papers, persons, places below the province, events. The papers are written in the
markup of four real families, so that the families' rules clean them too. `papers/` holds the texts and templates,
`sources/` the declarations; neither ever appears among the real papers.
"""

from pathlib import Path

from config.sources import HERE as CONFIG
from config.sources import Sources, load
from crawler.newsroom.newsroom import Newsroom
from crawler.newsroom.papers import VISITS
from crawler.newsroom.server import Request
from crawler.newsroom.truth import PlantedEdit, Truth

__all__ = ["PORT", "VISITS", "Newsroom", "PlantedEdit", "Request", "Truth", "declared"]

PORT = 8377
"""Where `python -m crawler.newsroom` serves, unless told otherwise."""


def declared(port: int = PORT) -> Sources:
    """The declarations of the invented papers, as they are reached on `port`."""
    return load(Path(__file__).parent, families=CONFIG / "families", port=port)
