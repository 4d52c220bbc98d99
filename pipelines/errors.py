"""What can go wrong with cleaning as a whole; trouble with one page is that page's drop."""


class CleaningStopped(Exception):
    """The children were ended from outside, or cannot be kept alive. Raised by the pool; the page stays pending."""


class ClusterUnfit(Exception):
    """A cluster cannot be used as it is: nobody answers, nobody works there, or another version does. Raised before
    anything is written; the message says what to do."""


class PlaceUnfit(ClusterUnfit):
    """A place of cleanings cannot be used: a file in it is torn, of another kind, or by other rules. What was taken in
    of others before stays."""
