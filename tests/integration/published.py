"""Schemas of the files of CI services, as SchemaStore publishes them; they come with check-jsonschema."""

from __future__ import annotations

import json
from importlib import resources

import jsonschema
import pytest


def invalid(schema: str, document: object) -> list[str]:
    """What is wrong by a schema that comes with check-jsonschema."""
    pytest.importorskip("check_jsonschema")
    file = resources.files("check_jsonschema") / "builtin_schemas" / "vendor" / f"{schema}.json"
    validator = jsonschema.Draft7Validator(json.loads(file.read_text(encoding="utf-8")))
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(document)]
