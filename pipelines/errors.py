"""What can go wrong with cleaning as a whole; trouble with one page is that page's drop."""


class CleaningStopped(Exception):
    """The children were ended from outside, or cannot be kept alive. Raised by the pool; the page stays pending."""
