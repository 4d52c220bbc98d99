"""Ports for servers that need the same one on several addresses, apart for every worker of a parallel test run.

A server on one address takes port 0 and what the system gives. Where the number must be known beforehand (handed to a
child, or the same on all addresses), asking the system and giving the port back would let a neighbour take it in
between. So such ports come from below the range from which Linux gives out its own (32768 up,
`net.ipv4.ip_local_port_range`), and each worker has its part of them.
"""

import errno
import os
import socket
from contextlib import ExitStack
from random import SystemRandom

FIRST, EACH, PARTS = 10_000, 1_000, 20
"""Where the ports begin, how many a worker has, and how many workers have their own."""


def part(worker: str) -> range:
    """The ports of a worker by its name as pytest-xdist gives it, `gw0` and up; without a name those of the first."""
    number = int(worker.removeprefix("gw") or 0) % PARTS
    return range(FIRST + number * EACH, FIRST + (number + 1) * EACH)


def free_port(hosts: list[str]) -> int:
    """A port of this worker that is free on all of these addresses.

    Drawn at random: other runs of the tests on the same machine draw from the same parts. OSError: of a hundred drawn
    none was, or there is no such address.
    """
    ports, random = part(os.environ.get("PYTEST_XDIST_WORKER", "")), SystemRandom()
    for _ in range(100):
        port = random.choice(ports)
        try:
            with ExitStack() as stack:
                for host in hosts:
                    stack.enter_context(socket.create_server((host, port)))
                return port
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
    raise OSError(errno.EADDRINUSE, f"no free port among {ports} on {', '.join(hosts)}")
