"""Prospecting: what a paper that nobody declared shows of itself, and the declaration that this amounts to.

`fetch` asks the paper politely, `saved` reads saved pages in its place; `survey` decides what to ask for, page by
page. `marks`, `lists`, `addresses`, `selectors` and `draft` are pure: pages in, proposals out, each verified on all
pages that there are. `skeleton` makes the fixture's page, without the paper's own words.
"""
