"""Whether a text speaks of a datastore, however its name is written."""

from __future__ import annotations

import pytest

from opsready.model.mentions import mentions, stems

ORDERS = frozenset({"orders"})


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("Restore orders-db from the snapshot.", "orders-db"),
        ("Restore the database.", "orders-db"),
        ("Restore the DB.", "orders-database"),
        ("kubectl exec orders-search-0 -- ls", "StatefulSet/shop/orders-search"),
        ("PostgreSQL comes first.", "StatefulSet/shop/postgres"),
        ("Postgres comes first.", "postgresql"),
        ("The pg dump", "postgres"),
        ("Restore the sessions.", "aws_dynamodb_table.sessions"),
        ("Restore the RDS instance.", 'module.db.aws_rds_instance.this["a"]'),
        ("Restore redis.", "redis-master"),
        ("Restore the newest snapshot.", "orders-primary"),
        ("Restore the newest snapshot.", "main"),
    ],
)
def test_it_speaks_of_it(text: str, address: str) -> None:
    assert mentions(stems(text), address, ORDERS)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("Restore the database of orders.", "orders-search"),
        ("Restore the prices.", "aws_dynamodb_table.sessions"),
        ("Restore the search index.", "orders-search-archive"),
        ("Restore orders.", "orders-db"),
        ("Start the pods.", "orders-primary"),
        ("", "main"),
    ],
)
def test_it_does_not(text: str, address: str) -> None:
    assert not mentions(stems(text), address, ORDERS)


@pytest.mark.parametrize("address", ["", "/", "...", "[", "0", "\u0000", "a" * 10_000])
def test_odd_names_do_no_harm(address: str) -> None:
    assert mentions(stems("text"), address) in {True, False}
