"""The standard library's dataclasses, made quickly.

Type checkers see `dataclasses` itself. At run time a record is made with one generated method instead of seven: the
standard decorator takes about 0.75 ms for a class and 5 ms for its own import, which for the hundred classes of a small
run is a third of its whole time. That nothing changes a frozen record is for the type checkers to see: a record that
refuses at run time has to be filled through `object.__setattr__`, which takes three times as long, for each of the tens
of thousands that a run makes. `tests/unit/test_records.py` holds the two libraries against each other.

Supported: `frozen`, `slots`, `eq`, defaults, `field(default=..., default_factory=...)`, inheritance, `replace`.
"""

from __future__ import annotations

TYPE_CHECKING = False  # `typing` takes longer to import than a hundred records to make
if TYPE_CHECKING:
    from dataclasses import dataclass, field, replace
    from typing import Any
else:
    _MISSING = object()
    _templates: dict[tuple[bool, ...], Any] = {}

    class _Factory:
        """A default that is made anew for each record."""

        __slots__ = ("make",)

        def __init__(self, make: Any) -> None:
            self.make = make

    def field(*, default: Any = _MISSING, default_factory: Any = _MISSING) -> Any:
        """A field's default, or what makes one."""
        return default if default_factory is _MISSING else _Factory(default_factory)

    def dataclass(*, frozen: bool = False, slots: bool = False, eq: bool = True) -> Any:
        """Make a class a record, from its annotations."""

        def decorate(cls: type) -> type:
            return _record(cls, frozen=frozen, slots=slots, eq=eq)

        return decorate

    def replace(record: Any, /, **changes: Any) -> Any:
        """A record with some values changed."""
        values = {name: getattr(record, name) for name in record.__record_fields__}
        return type(record)(**{**values, **changes})

    def _record(cls: type, *, frozen: bool, slots: bool, eq: bool) -> type:
        own = tuple(cls.__annotations__)
        inherited = next((base.__record_fields__ for base in cls.__mro__[1:] if hasattr(base, "__record_fields__")), {})
        defaults = {name: cls.__dict__.get(name, _MISSING) for name in own}
        fields = {**inherited, **defaults}
        namespace = dict(cls.__dict__)
        for name in own:
            namespace.pop(name, None)
        if slots:
            namespace["__slots__"] = tuple(name for name in own if name not in inherited)
            namespace.pop("__dict__", None)
            namespace.pop("__weakref__", None)
        else:
            namespace.update({name: value for name, value in defaults.items() if value is not _MISSING})
        namespace["__record_fields__"] = fields
        namespace["__init__"] = _first
        namespace.setdefault("__repr__", _represent)
        if eq:
            namespace.setdefault("__eq__", _equal)
            namespace.setdefault("__hash__", _hashed if frozen else None)
        return type(cls)(cls.__name__, cls.__bases__, namespace)

    def _first(self: Any, /, *values: Any, **named: Any) -> None:
        """Stand for the `__init__` of every class until its first record: most runs make records of few of them."""
        owner = next(cls for cls in type(self).__mro__ if cls.__dict__.get("__init__") is _first)
        owner.__init__ = _initialiser(owner, owner.__record_fields__)
        owner.__init__(self, *values, **named)

    def _initialiser(cls: type, fields: dict[str, Any]) -> Any:
        """The `__init__` of a class: the code for its shape with the names of its fields put in."""
        factories = tuple(isinstance(default, _Factory) for default in fields.values())
        template = _template(factories)
        names = {f"field_{index}": name for index, name in enumerate(fields)}
        code = template.replace(
            co_varnames=tuple([names.get(name, name) for name in template.co_varnames]),
            co_names=tuple([names.get(name, name) for name in template.co_names]),
        )
        known: dict[str, Any] = {"_missing": _MISSING}
        defaults = []
        for index, default in enumerate(fields.values()):
            if factories[index]:
                known[f"_make_{index}"] = default.make
                defaults.append(_MISSING)
            elif default is not _MISSING:
                defaults.append(default)
        made = type(_initialiser)(code, known, "__init__", tuple(defaults))
        made.__qualname__ = f"{cls.__qualname__}.__init__"
        return made

    def _template(factories: tuple[bool, ...]) -> Any:
        """The code of an `__init__`, made once for each shape: renaming one takes a tenth of compiling it."""
        if factories not in _templates:
            parameters = "".join(f", field_{index}" for index in range(len(factories)))
            body = [
                f"self.field_{index} = "
                + (f"_make_{index}() if field_{index} is _missing else field_{index}" if made else f"field_{index}")
                for index, made in enumerate(factories)
            ]
            namespace: dict[str, Any] = {}
            exec(f"def __init__(self{parameters}):\n    " + "\n    ".join(body or ["pass"]), namespace)  # noqa: S102 - numbers only
            _templates[factories] = namespace["__init__"].__code__
        return _templates[factories]

    def _values(record: Any) -> tuple[Any, ...]:
        return tuple([getattr(record, name) for name in record.__record_fields__])

    def _equal(self: Any, other: object) -> Any:
        return _values(self) == _values(other) if type(other) is type(self) else NotImplemented

    def _hashed(self: Any) -> int:
        return hash(_values(self))

    def _represent(self: Any) -> str:
        shown = ", ".join(f"{name}={getattr(self, name)!r}" for name in self.__record_fields__)
        return f"{type(self).__qualname__}({shown})"


__all__ = ["dataclass", "field", "replace"]
