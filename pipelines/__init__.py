"""From a kept page to a record: pure stages of (page, source)."""
