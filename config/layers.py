"""Which layer of a declaration says what: the family, its generation, the source, the source's generation."""

from config.declarations import ADDED, Declared, Family, Generation, Rules, SourceFile

DEFAULTS = "defaults"
"""Said by no declaration: the place that every page is asked at."""


class Layers(Declared, frozen=True, kw_only=True):
    """A paper's declaration before its layers were laid over one another. Either part may be missing."""

    family: Family | None = None
    file: SourceFile | None = None

    def of(self, generation: str | None) -> list[tuple[str, Rules]]:
        """(name, rules) of the layers that clean a page of `generation`, the uppermost first."""
        found = []
        for name, declared in (("source", self.file), ("family", self.family)):
            if declared is not None:
                own = next((g for g in declared.generation if g.name == generation), None)
                found += [(f"{name} generation {generation}", own.rules)] if own else []
                found.append((name, declared.rules))
        return found

    def said_by(self, generation: str | None, field: str, value: str) -> str:
        """The layer that says `value` of `field`; `DEFAULTS` where none does.

        A field is replaced as a whole by the uppermost layer that sets it; of a list that grows, each layer says its
        own part.
        """
        for name, rules in self.of(generation):
            said = getattr(rules, field)
            if said is not None and (value in said or field not in ADDED):
                return name if value in said else DEFAULTS
        return DEFAULTS

    def marked_by(self, generation: str) -> str:
        """The layer whose marks a generation goes by: a source may refine its family's without marks of its own."""
        own, shared = (_named(d, generation) for d in (self.file, self.family))
        if own is not None and (shared is None or own.when or own.host or own.url):
            return "source"
        return "family" if shared is not None else DEFAULTS


def _named(declared: Family | SourceFile | None, name: str) -> Generation | None:
    return next((g for g in declared.generation if g.name == name), None) if declared is not None else None
