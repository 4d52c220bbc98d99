"""Passwords in addresses are hidden, whatever they are made of, and nothing else is."""

import pytest

from config.secrets import hidden


@pytest.mark.parametrize("password", ["secret", "se/cret", "se@cret", "se:cret", "se?cret", "se#cret", "se%zzcret", ""])
def test_a_password_after_a_name_is_hidden(password: str) -> None:
    url = f"postgresql://baoluu:{password}@db.example.org:5432/baoluu?schema=papers"
    assert hidden(url) == "postgresql://baoluu:***@db.example.org:5432/baoluu?schema=papers"
    assert hidden(f"s3://:{password}@kho/cleaned") == "s3://:***@kho/cleaned"


def test_a_password_in_the_query_is_hidden() -> None:
    url = "postgresql://baoluu@db.example.org/x?password=se#cret&schema=papers&SSLpassword=secret"
    assert hidden(url) == "postgresql://baoluu@db.example.org/x?password=***&schema=papers&SSLpassword=***"


@pytest.mark.parametrize(
    "url",
    ["postgresql://baoluu@db.example.org:5432/baoluu", "postgresql:///baoluu?host=/run/pg", "s3://kho/a:b@c",
     "tcp://10.0.0.1:8786", "/srv/cleaned"],
)  # fmt: skip
def test_what_holds_none_is_left_as_it_is(url: str) -> None:
    assert hidden(url) == url
