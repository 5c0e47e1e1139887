"""Whether a text speaks of a thing: by the stems of its words, since people write `orders-db` in many ways."""

from __future__ import annotations

from opsready.patterns import pattern

_WORD = pattern(r"[a-z0-9]+")
# `postgres` and `PostgreSQL`, `mongo` and `MongoDB`, `order` and `orders` begin alike.
_STEM = 5
_SAME = {
    "db": "datab",
    "sql": "datab",
    "datab": "db",
    "pg": "postg",
    "postg": "pg",
    "es": "elast",
    "elast": "es",
    "mq": "queue",
    "queue": "mq",
}
# What a name says of a thing's role or of who provides it, which tells it from no other.
_ROLES = frozenset(
    {
        *("aws", "azurerm", "google", "module", "resource", "data", "this", "main", "default", "primary", "master"),
        *("replica", "replicas", "cluster", "instance", "server", "node", "nodes", "prod", "production", "set", "sts"),
        *("statefulset", "deployment", "persistentvolumeclaim", "pvc", "volume", "headless", "a", "the", "of"),
    }
)
_ANY_DATA = frozenset({"db", "datab", "data", "snaps", "backu", "volum", "dump", "dumps"})


def words(text: str) -> list[str]:
    """The words and numbers of a text in lower case."""
    return _WORD.findall(text.lower())


def stems(text: str) -> frozenset[str]:
    """The beginnings of a text's words."""
    return frozenset(word[:_STEM] for word in words(text))


def mentions(text_stems: frozenset[str], address: str, known_words: frozenset[str] = frozenset()) -> bool:
    """Whether a text with these stems speaks of what an address names.

    `known_words` are what the text is about anyway, such as the service's own name. A name of which nothing is left
    (`orders-db` of `orders` without `db`) is spoken of wherever data is.
    """
    name = address.rpartition("/")[2].partition("[")[0].rpartition(".")[2]
    telling = _telling(name, known_words)
    if telling:
        return all(_holds(text_stems, word) for word in telling)
    wider = _telling(address, known_words)
    if wider:
        return any(_holds(text_stems, word) for word in wider)
    return not _ANY_DATA.isdisjoint(text_stems)


def _telling(name: str, known_words: frozenset[str]) -> list[str]:
    return [word for word in words(name) if word not in _ROLES and word not in known_words and not word.isdecimal()]


def _holds(text_stems: frozenset[str], word: str) -> bool:
    stem = word[:_STEM]
    return stem in text_stems or _SAME.get(stem, stem) in text_stems
