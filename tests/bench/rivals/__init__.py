"""What the whole job is measured beside, a script each: `python SCRIPT URLS OUT` in a process of its own.

`URLS` holds an address a line, `OUT` gets a JSON object a page: url, title, text and date, as the peer tells them. The
scripts import nothing of ours and run in `.venv-rivals`, but `own.py`, which is us. trafilatura and wget are called as
they come.
"""
