"""The SQLite file: facts (pages, bodies), cleanings, and everything derived from them. Knows no Scrapy."""
