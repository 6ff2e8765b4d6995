"""Elements of QGIS's files, built by the standard library."""

from collections.abc import Mapping
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

__all__ = ["Element", "child", "options", "text_of"]

_TYPES = {bool: "bool", int: "int", float: "double", str: "QString"}


def child(parent: Element, tag: str, said: str | None = None, **attributes: object) -> Element:
    """A new element below another. A name that Python keeps for itself ends in an underline."""
    told = {name.rstrip("_").replace("__", "-"): _said(value) for name, value in attributes.items()}
    made = SubElement(parent, tag, told)
    made.text = said
    return made


def options(parent: Element, told: Mapping[str, Any]) -> None:
    """Below an element a map of options as QGIS writes them, maps in maps."""
    _option(child(parent, "Option", type="Map"), told)


def text_of(root: Element, doctype: str = "qgis") -> str:
    """The document as QGIS reads it."""
    return f"<!DOCTYPE {doctype} PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n" + tostring(root, encoding="unicode")


def _option(parent: Element, told: Mapping[str, Any]) -> None:
    for name, value in told.items():
        if isinstance(value, Mapping):
            _option(child(parent, "Option", type="Map", name=name), value)
        else:
            child(parent, "Option", type=_TYPES[type(value)], name=name, value=_said(value))


def _said(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
