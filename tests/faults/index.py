"""Every row of the list of faults, in its order and under a short name of ours, with the tests that meet it.

`fetching` stands for `tests/faults/test_fetching.py`, whose table names the row itself.
"""

FETCHING = "fetching"
_A, _C, _F, _P = "tests/archive", "tests/crawler", "tests/faults", "tests/pipelines"

ROWS: dict[str, tuple[str, ...]] = {
    "slow answers": (FETCHING, f"{_A}/test_manners.py::test_a_slow_host_is_asked_less"),
    "cut bodies": (FETCHING, f"{_C}/test_crawl.py::test_a_body_that_breaks_off_is_kept_as_such_and_tried_again"),
    "bombs": (FETCHING, f"{_A}/test_encoding.py::test_a_bomb_is_not_unfolded"),
    "endless redirects": (FETCHING, f"{_A}/test_settle.py::test_redirects_end"),
    "private addresses": (FETCHING, f"{_C}/test_addresses.py::test_what_was_resolved_is_what_is_connected_to"),
    "asked to wait": (FETCHING, f"{_A}/test_manners.py::test_asked_to_wait"),
    "server storms": (
        FETCHING,
        f"{_A}/test_manners.py::test_from_the_fifth_failure_on_a_host_is_probed_and_no_url_loses_a_try",
        f"{_A}/test_manners.py::test_what_a_server_storm_leaves_of_a_urls_tries_is_spread_over_days",
    ),
    "charset lies": (FETCHING, f"{_P}/test_decode.py"),
    "not HTML": (FETCHING, f"{_P}/test_drops.py"),
    "endless lists": (FETCHING, f"{_C}/test_discover.py"),
    "session ids": (FETCHING, "tests/config/test_urls.py"),
    "blocks and soft 404s": (FETCHING, f"{_F}/test_fetching.py::test_a_block_is_never_put_over_a_good_revision"),
    "one article, many addresses": ("tests/config/test_urls.py", f"{_A}/test_derive.py"),
    "robots.txt": (FETCHING, f"{_A}/test_manners.py", f"{_A}/test_frontier.py"),
    "TLS": (f"{_C}/test_tls.py::test_a_certificate_is_verified_and_what_is_wrong_with_it_is_told",),
    "no such name": (
        f"{_A}/test_manners.py::test_a_host_that_is_silent_costs_no_url_its_place",
        f"{_C}/test_addresses.py::test_a_name_that_does_not_resolve_is_asked_again",
    ),
    "lying validators": (f"{_C}/test_honest.py",),
    "articles edited later": (f"{_A}/test_derive.py", f"{_C}/test_demo.py"),
    "killed anywhere": (f"{_C}/test_kill.py", f"{_F}/test_kills.py"),
    "disk full": (f"{_F}/test_full.py", f"{_C}/test_disk.py"),
    "read-only or locked": (f"{_F}/test_files.py::test_a_locked_archive", f"{_F}/test_calls.py"),
    "two crawls at once": (f"{_C}/test_lock.py", f"{_A}/test_lock.py"),
    "clock skew": (f"{_A}/test_lock.py", f"{_A}/test_revisit.py"),
    "corrupt queue": (f"{_F}/test_files.py::test_a_damaged_archive_is_never_a_traceback",),
    "silent stall": (f"{_P}/test_silence.py", f"{_P}/test_health.py"),
    "bit rot": (f"{_A}/test_proof.py",),
    "backup": (f"{_A}/test_backup.py",),
    "script in titles": (f"{_A}/test_datasette.py",),
    "formulas in CSV": (f"{_A}/test_cells.py",),
    "SQL": (f"{_A}/test_search.py",),
    "paths from addresses": (f"{_C}/test_replay.py",),
    "XML bombs": (FETCHING,),
    "packed sitemap bombs": (FETCHING,),
    "strange characters": (FETCHING, f"{_P}/test_hostile.py"),
    "cleaner hangs": (f"{_P}/test_pool.py",),
    "hostile HTML": (FETCHING, f"{_P}/test_hostile.py"),
}
