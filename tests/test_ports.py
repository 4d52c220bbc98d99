"""Workers of a parallel run never take each other's ports."""

import socket
from itertools import combinations

import pytest

from tests.ports import PARTS, free_port, part


def test_no_two_workers_share_a_port() -> None:
    parts = [set(part(f"gw{n}")) for n in range(PARTS)]
    assert all(not one & other for one, other in combinations(parts, 2))
    assert max(max(one) for one in parts) < 32768, "from there on the system gives ports to anyone"


def test_a_port_is_of_the_own_part_and_free_on_all_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTEST_XDIST_WORKER", "gw7")
    port = free_port(["127.78.50.1", "127.78.50.2"])
    assert port in part("gw7")
    with socket.create_server(("127.78.50.1", port)), socket.create_server(("127.78.50.2", port)):
        pass


def test_a_port_taken_on_one_of_the_addresses_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.78.50.3", 0)) as taken, socket.create_server(("127.78.50.4", 0)) as other:
        first, second = taken.getsockname()[1], other.getsockname()[1]
        other.close()
        monkeypatch.setattr("tests.ports.part", lambda worker: (first, second))
        assert {free_port(["127.78.50.4", "127.78.50.3"]) for _ in range(20)} == {second}


def test_where_none_is_free_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.78.50.3", 0)) as taken:
        monkeypatch.setattr("tests.ports.part", lambda worker: (taken.getsockname()[1],))
        with pytest.raises(OSError, match=r"no free port among .* on 127\.78\.50\.3"):
            free_port(["127.78.50.3"])
