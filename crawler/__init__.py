"""Everything Scrapy, the sample newsroom, and the command line."""
