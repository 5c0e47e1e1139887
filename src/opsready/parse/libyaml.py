"""libyaml's parser as PyYAML binds it, without the rest of PyYAML, which takes longer to import than Python to start.

PyYAML offers no such import. Its extension takes a few exceptions from modules whose import is what is slow, so
stand-ins with those exceptions are there while it is loaded, and gone afterwards: whoever imports `yaml` later gets the
whole of it, with the same events and the same `YAMLError`. Where anything of this fails, the whole of it is imported.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import ModuleType
    from typing import Any

# The exceptions that the extension takes from slow modules.
_EXCEPTIONS = {
    "reader": "ReaderError",
    "scanner": "ScannerError",
    "parser": "ParserError",
    "composer": "ComposerError",
    "constructor": "ConstructorError",
    "emitter": "EmitterError",
    "serializer": "SerializerError",
    "representer": "RepresenterError",
}


def load() -> ModuleType:
    """A module with `CParser`: the extension alone where that is possible."""
    if "yaml" not in sys.modules:
        try:
            return _extension_alone()
        except Exception:  # noqa: BLE001 - whatever another release of PyYAML makes of it, the plain way is left
            for name in [name for name in sys.modules if name.startswith("yaml.")]:
                del sys.modules[name]
    import yaml.cyaml

    return yaml.cyaml


def _extension_alone() -> ModuleType:
    from importlib import import_module
    from importlib.machinery import PathFinder
    from importlib.util import module_from_spec

    spec = PathFinder.find_spec("yaml")
    if spec is None:
        raise ImportError("PyYAML is not where modules usually are")
    package = module_from_spec(spec)  # made, and not run
    sys.modules["yaml"] = package
    stand_ins = [f"yaml.{name}" for name in _EXCEPTIONS]
    try:
        for name in ("error", "tokens", "events", "nodes"):
            setattr(package, name, import_module(f"yaml.{name}"))
        for name, exception in _EXCEPTIONS.items():
            # What the reader complains about has no position; all others do.
            base = package.error.YAMLError if name == "reader" else package.error.MarkedYAMLError
            module = type(sys)(f"yaml.{name}")
            setattr(module, exception, type(exception, (base,), {"__module__": module.__name__}))
            sys.modules[module.__name__] = module
            setattr(package, name, module)
        return import_module("yaml._yaml")
    finally:
        for name in ("yaml", *stand_ins):
            sys.modules.pop(name, None)


CParser: Any = load().CParser

# What follows is loaded by now; none of it is slow.
from yaml.error import MarkedYAMLError, YAMLError  # noqa: E402
from yaml.events import (  # noqa: E402
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    StreamEndEvent,
)

__all__ = [
    "AliasEvent",
    "CParser",
    "DocumentStartEvent",
    "MappingEndEvent",
    "MappingStartEvent",
    "MarkedYAMLError",
    "ScalarEvent",
    "SequenceEndEvent",
    "StreamEndEvent",
    "YAMLError",
]
