"""Enough of XML Schema for `junit-10.xsd`: which elements and attributes may be where, and which must."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

_XS = "{http://www.w3.org/2001/XMLSchema}"
_SCHEMA = Path(__file__).parents[2] / "schemas" / "junit-10.xsd"


def problems(text: str) -> list[str]:
    """What a document does that the schema does not allow."""
    schema = ET.parse(_SCHEMA).getroot()  # noqa: S314 - our own file
    known = {element.get("name", ""): element for element in schema.findall(f"{_XS}element")}
    patterns = {
        kind.get("name", ""): kind.find(f".//{_XS}pattern").get("value", "")  # type: ignore[union-attr]
        for kind in schema.findall(f"{_XS}simpleType")
    }
    return list(_problems(ET.fromstring(text), known, patterns))  # noqa: S314 - our own output


def _problems(element: ET.Element, known: dict[str, ET.Element], patterns: dict[str, str]) -> Iterator[str]:
    if element.tag not in known:
        yield f"unknown element {element.tag}"
        return
    declared = known[element.tag]
    attributes = {item.get("name", ""): item for item in declared.iter(f"{_XS}attribute")}
    for name, item in attributes.items():
        if item.get("use") == "required" and name not in element.attrib:
            yield f"{element.tag} lacks {name}"
        pattern = patterns.get(item.get("type", ""))
        if pattern and name in element.attrib and not re.fullmatch(pattern, element.attrib[name]):
            yield f"{element.tag}: {name} is {element.attrib[name]}"
    for name in element.attrib:
        if name not in attributes:
            yield f"{element.tag} has {name}"
    children = {item.get("ref") for item in declared.iter(f"{_XS}element")}
    mixed = any(item.get("mixed") for item in declared.iter(f"{_XS}complexType")) or declared.get("type") == "xs:string"
    if not mixed and any((part or "").strip() for part in (element.text, *(child.tail for child in element))):
        yield f"{element.tag} holds text"
    for child in element:
        if child.tag not in children:
            yield f"{child.tag} in {element.tag}"
        yield from _problems(child, known, patterns)
