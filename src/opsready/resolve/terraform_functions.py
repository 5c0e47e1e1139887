"""Terraform's functions that depend on nothing but their arguments (https://developer.hashicorp.com/terraform/language/functions).

What reads files, clocks or the world, and what is rarely decisive, is left out: a call of it cannot be told.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from opsready.parse.syntax import Withheld
from opsready.resolve.terraform_values import (
    MAX_ITEMS,
    MAX_TEXT,
    NULL,
    Val,
    boolean_of,
    failed,
    joined,
    number_of,
    plain,
    same,
    text_of,
    unknown,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_VERB = re.compile(r"%(?:(%)|([sdvqt]))")


class _RefusedError(Exception):
    """The arguments are none that the function takes."""


def call(name: str, arguments: Sequence[Val]) -> Val:
    """What a function makes of arguments that can be told; those inside of them may be unknown."""
    names = joined(*arguments)
    function = _FUNCTIONS.get(name.removeprefix("core::"))
    if function is None:
        return unknown(f"`{name}(...)` is not evaluated", names)
    try:
        result = function(*arguments)
    except _UnclearError as unclear:
        return unknown(str(unclear), names)
    except (_RefusedError, TypeError, ValueError, OverflowError, IndexError, KeyError):
        return failed(f"`{name}` does not take these arguments", names)
    if isinstance(result, Val):
        return Val(result.value, joined(result, *arguments), result.origin, secret=result.secret)
    if isinstance(result, str | list | dict) and len(result) > (MAX_TEXT if isinstance(result, str) else MAX_ITEMS):
        return unknown(f"`{name}(...)` is larger than anybody can mean", names)
    return Val(result, names)


class _UnclearError(Exception):
    """An argument's inner value decides and cannot be told."""


def _text(value: Val) -> str:
    text = text_of(_scalar(value))
    if text is None:
        raise _RefusedError
    return text


def _scalar(value: Val) -> object:
    if isinstance(value.value, Withheld):
        raise _UnclearError(value.value.reason)
    return value.value


def _number(value: Val) -> int | float:
    number = number_of(_scalar(value))
    if number is None:
        raise _RefusedError
    return number


def _whole(value: Val) -> int:
    number = _number(value)
    if number != int(number):
        raise _RefusedError
    return int(number)


def _list(value: Val) -> list[Val]:
    found = _scalar(value)
    if not isinstance(found, list):
        raise _RefusedError
    return found


def _object(value: Val) -> dict[str, Val]:
    found = _scalar(value)
    if not isinstance(found, dict):
        raise _RefusedError
    return found


def _clear(value: Val) -> object:
    found = plain(value)
    if isinstance(found, Withheld):
        raise _UnclearError(found.reason)
    return found


def _length(value: Val) -> int:
    found = _scalar(value)
    if not isinstance(found, str | list | dict):
        raise _RefusedError
    return len(found)


def _merge(*values: Val) -> dict[str, Val]:
    merged: dict[str, Val] = {}
    for value in values:
        if value.value is not None:
            merged.update(_object(value))
    return merged


def _flatten(value: Val) -> list[Val]:
    flat: list[Val] = []
    stack = list(reversed(_list(value)))
    steps = 0
    while stack and len(flat) <= MAX_ITEMS:
        item = stack.pop()
        steps += 1
        if steps > 10 * MAX_ITEMS:
            raise _UnclearError("the list is larger than anybody can mean")
        if isinstance(item.value, list):
            stack.extend(reversed(item.value))
        elif isinstance(item.value, Withheld):
            raise _UnclearError(item.value.reason)
        else:
            flat.append(item)
    return flat


def _distinct(value: Val) -> list[Val]:
    kept: list[Val] = []
    seen: list[object] = []
    texts: set[str] = set()
    for item in _list(value):
        found = _clear(item)
        if isinstance(found, str):
            if found not in texts:
                texts.add(found)
                kept.append(item)
        elif not any(same(found, other) for other in seen[:1000]):
            seen.append(found)
            kept.append(item)
    return kept


def _toset(value: Val) -> list[Val]:
    kept = _distinct(value)
    return sorted(kept, key=lambda item: str(item.value)) if all(isinstance(item.value, str) for item in kept) else kept


def _contains(value: Val, wanted: Val) -> bool:
    target, unclear = _clear(wanted), ""
    for item in _list(value):
        found = plain(item)
        if isinstance(found, Withheld):
            unclear = unclear or found.reason
        elif same(found, target):
            return True
    if unclear:
        raise _UnclearError(unclear)
    return False


def _lookup(value: Val, key: Val, default: Val | None = None) -> Val:
    found = _object(value).get(_text(key), default)
    if found is None:
        raise _RefusedError
    return found


def _element(value: Val, index: Val) -> Val:
    items = _list(value)
    return items[_whole(index) % len(items)] if items else failed("an empty list has no element")


def _coalesce(*values: Val) -> Val:
    for value in values:
        if _scalar(value) not in {None, ""} if not isinstance(value.value, list | dict) else True:
            return value
    raise _RefusedError


def _coalescelist(*values: Val) -> Val:
    found = next((value for value in values if _list(value)), None)
    if found is None:
        raise _RefusedError
    return found


def _one(value: Val) -> Val:
    items = _list(value)
    if len(items) > 1:
        raise _RefusedError
    return items[0] if items else NULL


def _format(pattern: Val, *values: Val) -> str:
    left = list(values)

    def filled(found: re.Match[str]) -> str:
        if found[1]:
            return "%"
        text = _text(left.pop(0))
        return f'"{text}"' if found[2] == "q" else text

    written = _text(pattern)
    if _VERB.sub("", written).count("%"):
        raise _UnclearError(f"the format `{written[:60]}` is not evaluated")
    return _VERB.sub(filled, written)


def _join(separator: Val, *lists: Val) -> str:
    return _text(separator).join(_text(item) for value in lists for item in _list(value))


def _split(separator: Val, text: Val) -> list[Val]:
    between, whole = _text(separator), _text(text)
    return [Val(part) for part in (whole.split(between) if between else whole)]


def _replace(text: Val, old: Val, new: Val) -> str:
    pattern = _text(old)
    if len(pattern) > 1 and pattern.startswith("/") and pattern.endswith("/"):
        raise _UnclearError("a replacement by an expression is not evaluated")
    return _text(text).replace(pattern, _text(new))


def _substr(text: Val, offset: Val, length: Val) -> str:
    start, count, whole = _whole(offset), _whole(length), _text(text)
    start = start + len(whole) if start < 0 else start
    return whole[start:] if count < 0 else whole[start : start + count]


def _range(*limits: Val) -> list[Val]:
    found = range(*(_whole(limit) for limit in limits))
    if len(found) > MAX_ITEMS:
        raise _UnclearError("the range is larger than anybody can mean")
    return [Val(number) for number in found]


def _tomap(value: Val) -> dict[str, Val]:
    return _object(value)


def _tostring(value: Val) -> object:
    return None if value.value is None else _text(value)


def _tonumber(value: Val) -> object:
    return None if value.value is None else _number(value)


def _tobool(value: Val) -> object:
    found = boolean_of(_scalar(value))
    if found is None and value.value is not None:
        raise _RefusedError
    return found


def _sorted_keys(value: Val) -> list[str]:
    return sorted(_object(value))


def _zipmap(keys: Val, values: Val) -> dict[str, Val]:
    return {_text(key): item for key, item in zip(_list(keys), _list(values), strict=True)}


def _booleans(value: Val) -> list[bool | None]:
    return [boolean_of(_scalar(item)) for item in _list(value)]


def _title(text: Val) -> str:
    return re.sub(r"(?<![^\s])\w", lambda found: found[0].upper(), _text(text))


_FUNCTIONS: dict[str, Callable[..., object]] = {
    "abs": lambda value: abs(_number(value)),
    "alltrue": lambda value: all(_booleans(value)),
    "anytrue": lambda value: any(_booleans(value)),
    "ceil": lambda value: math.ceil(_number(value)),
    "chomp": lambda text: _text(text).rstrip("\r\n"),
    "coalesce": _coalesce,
    "coalescelist": _coalescelist,
    "compact": lambda value: [item for item in _list(value) if _scalar(item) not in {None, ""}],
    "concat": lambda *lists: [item for value in lists for item in _list(value)],
    "contains": _contains,
    "distinct": _distinct,
    "element": _element,
    "endswith": lambda text, end: _text(text).endswith(_text(end)),
    "flatten": _flatten,
    "floor": lambda value: math.floor(_number(value)),
    "format": _format,
    "join": _join,
    "keys": lambda value: [Val(key) for key in _sorted_keys(value)],
    "length": _length,
    "lookup": _lookup,
    "lower": lambda text: _text(text).lower(),
    "max": lambda *values: max(_number(value) for value in values),
    "merge": _merge,
    "min": lambda *values: min(_number(value) for value in values),
    "nonsensitive": lambda value: value,
    "one": _one,
    "parseint": lambda text, base: int(_text(text), _whole(base)),
    "range": _range,
    "replace": _replace,
    "reverse": lambda value: list(reversed(_list(value))),
    "slice": lambda value, start, end: _list(value)[_whole(start) : _whole(end)],
    "sort": lambda value: [Val(text) for text in sorted(_text(item) for item in _list(value))],
    "split": _split,
    "startswith": lambda text, start: _text(text).startswith(_text(start)),
    "strcontains": lambda text, part: _text(part) in _text(text),
    "substr": _substr,
    "sum": lambda value: sum(_number(item) for item in _list(value)),
    "title": _title,
    "tobool": _tobool,
    "tolist": _list,
    "tomap": _tomap,
    "tonumber": _tonumber,
    "toset": _toset,
    "tostring": _tostring,
    "trim": lambda text, letters: _text(text).strip(_text(letters)),
    "trimprefix": lambda text, start: _text(text).removeprefix(_text(start)),
    "trimspace": lambda text: _text(text).strip(),
    "trimsuffix": lambda text, end: _text(text).removesuffix(_text(end)),
    "upper": lambda text: _text(text).upper(),
    "values": lambda value: [_object(value)[key] for key in _sorted_keys(value)],
    "zipmap": _zipmap,
}
