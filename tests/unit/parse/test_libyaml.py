"""libyaml's parser is loaded without the rest of PyYAML, and nobody who needs that rest can tell."""

from __future__ import annotations

import subprocess
import sys

import pytest


def printed(program: str) -> str:
    """What a fresh interpreter prints."""
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)  # noqa: S603 - our own words
    return result.stdout.strip()


ALONE = "import sys; from opsready.parse.yaml import parse_yaml; "
OTHERS = "sorted(name for name in sys.modules if name.partition('.')[0] == 'yaml')"
PARSED = (
    "[parse_yaml(text, 'x') for text in ('a: [1, *b, {c: ]', 'a: 1', 'a: \\x01', '? - a', '&a b: *a', '\"\\\\z\"')]"
)
SABOTAGE = {
    "another way of importing": "import importlib.util; importlib.util.module_from_spec = None; ",
    "an extension that wants more": (
        "import opsready.parse\n"
        "source = open(opsready.parse.__path__[0] + '/libyaml.py').read()\n"
        "source = source.replace('\"emitter\": \"EmitterError\",', '')\n"
        "module = type(sys)('opsready.parse.libyaml'); sys.modules[module.__name__] = module\n"
        "exec(source, module.__dict__)\n"
    ),
    "PyYAML is there already": "import yaml; ",
}


def test_the_slow_part_of_pyyaml_is_not_imported() -> None:
    expected = ["yaml._yaml", "yaml.error", "yaml.events", "yaml.nodes", "yaml.tokens"]
    assert printed(f"{ALONE} print({OTHERS})") == str(expected)


def test_who_imports_pyyaml_later_gets_the_whole_of_it() -> None:
    program = f"""{ALONE}
import yaml
from opsready.parse.libyaml import YAMLError
assert yaml.YAMLError is YAMLError and yaml.__with_libyaml__
for loader in (yaml.SafeLoader, yaml.CSafeLoader):
    assert yaml.load("a: 2001-12-14", loader)["a"].year == 2001
    try:
        yaml.load("a: [", loader)
    except yaml.MarkedYAMLError as error:
        assert error.problem_mark is not None
assert yaml.dump({{"a": 1}}, Dumper=yaml.CSafeDumper) == yaml.safe_dump({{"a": 1}}) == "a: 1\\n"
print("fine")"""
    assert printed(program) == "fine"


@pytest.mark.parametrize("how", SABOTAGE)
def test_where_it_cannot_be_loaded_alone_pyyaml_is_imported_and_reads_the_same(how: str) -> None:
    import_all = f"import sys\n{SABOTAGE[how]}\n{ALONE} import yaml; yaml.SafeLoader; print({PARSED})"
    assert printed(import_all) == printed(f"{ALONE} print({PARSED})")
    assert "yaml.resolver" in printed(f"import sys\n{SABOTAGE[how]}\n{ALONE} print({OTHERS})")
