"""KML and KMZ, through GDAL, which is given them in a plain form.

Its reader names a field of ExtendedData by its ASCII letters alone, so that all Chinese names of one length become one
field; it makes 7 of a code 007 that a schema calls a number, and leaves out what no schema names. So every such field
goes in as a text with a name of ours, and comes out under its own.
"""

import re
import tempfile
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from xml.etree.ElementTree import Element, ParseError, SubElement, tostring

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from api.transfer.faults import none_yet, note
from api.transfer.features import Features, Stream
from api.transfer.source import Content, Values
from api.transfer.titles import headings, worded
from api.transfer.values import joined
from api.transfer.vector import read_vector
from api.transfer.write_vector import Target, write_through_gdal
from layers.crs import DEVICE
from layers.errors import BadFile, TooLarge

__all__ = ["read_kml", "write_kml", "write_kmz"]

_LARGEST = 200_000_000
_DEEPEST = 60
_MOST_FIELDS = 2_000
_ENCODING = re.compile(rb"<\?xml[^>]*\bencoding\s*=\s*[\"']([\w.-]+)")
_NUMBER = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"
_PLACES = re.compile(rf"\s*(?:{_NUMBER},{_NUMBER}(?:,(?:{_NUMBER})?)?(?:\s+|$))*")
_UNHELD = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_CONTAINERS = ("Document", "Folder")
_NAMES = {"Name": "name", "description": "description", "timestamp": "timestamp", "begin": "begin", "end": "end"}
"""What a placemark has of itself, as GDAL calls it and as we do; the rest is how it looks."""
_LEFT_OUT = {"NetworkLink": "网络链接", "GroundOverlay": "叠加图", "PhotoOverlay": "照片", "ScreenOverlay": "屏幕叠加"}
_KML = {"xmlns": "http://www.opengis.net/kml/2.2", "xmlns:gx": "http://www.google.com/kml/ext/2.2"}
_FAULT = "fault"


def read_kml(path: Path, *, layer_name: str | None = None, encoding: str | None = None) -> Content:
    """The placemarks of the one folder of a KML, or of the named one; fields of ExtendedData as texts.

    Raises BadFile for a broken or hostile file, TooLarge for one too large, BadInput where the folder is unclear.
    """
    plain = _plain(path, encoding)
    with tempfile.TemporaryDirectory(prefix="huashan-kml-") as folder:
        file = Path(folder) / path.name
        file.write_bytes(plain.text)
        found = read_vector(file, layer_name=layer_name)
    if layer_name is None and len(found.geometries) != plain.count:
        raise BadFile(
            f"{path.name} 有 {plain.count:,} 个标注,只读出 {len(found.geometries):,} 个:请在源软件里另存后再试。"
        )
    faults = found.faults.copy()
    note(faults, found.fields.get(_FAULT, none_yet(len(faults))))
    fields = {name: found.fields[given] for name, given in plain.numbers.items() if given in found.fields}
    taken = {name.casefold() for name in fields}
    own = {name: found.fields[given] for given, name in _NAMES.items() if name not in taken and given in found.fields}
    told = {name: values for name, values in own.items() if any(value is not None for value in values)}
    return found._replace(fields={**told, **fields}, faults=faults, notes=[*found.notes, *plain.notes])


def write_kml(stream: Stream, path: Path) -> list[str]:
    """Write a KML whose fields and values are in Chinese words; answers what it could not hold."""
    names = headings(stream.layer, stream.columns) | {"name": "name"}
    unheld: Counter[str] = Counter()
    told = replace(stream, parts=(_in_words(part, unheld) for part in stream.parts))
    kind = next(iter(stream.kinds)) if len(stream.kinds) == 1 else "Unknown"
    every = {column.type for column in stream.columns}
    write_through_gdal(told, path, Target("KML", kind, DEVICE, texts=every, names=names))
    return [f"字段 {title} 有 {count} 处控制字符,KML 不能存,已去掉" for title, count in unheld.items()]


def write_kmz(stream: Stream, path: Path) -> list[str]:
    """Write a KML packed in one file."""
    with tempfile.TemporaryDirectory(prefix="huashan-kml-") as folder:
        file = Path(folder) / "doc.kml"
        remarks = write_kml(stream, file)
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
            packed.write(file, file.name)
    return remarks


def _in_words(part: Features, unheld: Counter[str]) -> Features:
    """A part whose values are texts. unheld: by title of how many something was left out, which is added to."""
    values = {}
    for column in part.columns:
        values[column.name], lost = _texts(worded(part.values[column.name], column))
        if lost:
            unheld[column.title] += lost
    return replace(part, values=values)


def _texts(values: Values) -> tuple[Values, int]:
    """Values as texts that XML can hold, and of how many something had to be left out."""
    told, unheld = none_yet(len(values)), 0
    for row, value in enumerate(values):
        if value is not None:
            text = joined(value) if isinstance(value, (list, tuple)) else str(value)
            told[row] = _UNHELD.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
            unheld += len(told[row]) != len(text)
    return told, unheld


@dataclass
class _Plain:
    """A KML as GDAL is given it: its text, the names that fields of ExtendedData have in it, and remarks.

    count: of its placemarks, in all folders.
    """

    text: bytes = b""
    count: int = 0
    numbers: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def _plain(path: Path, encoding: str | None) -> _Plain:
    root = _parsed(path, encoding)
    parents = list(_walked(root, path.name))
    _check_root(root, path.name)
    plain, left_out = _Plain(), dict.fromkeys(_LEFT_OUT.values(), 0)
    for parent in parents:
        for child in [child for child in parent if child.tag in _LEFT_OUT or child.tag == "Schema"]:
            parent.remove(child)
            if child.tag in _LEFT_OUT:
                left_out[_LEFT_OUT[child.tag]] += 1
    for placemark in root.iter("Placemark"):
        _plain_placemark(placemark, plain.numbers)
        plain.count += 1
    if len(plain.numbers) > _MOST_FIELDS:
        raise TooLarge(f"{path.name} 有 {len(plain.numbers):,} 个字段,上限 {_MOST_FIELDS:,}:请只留下要导入的。")
    _prune(root)
    plain.notes = [f"未读取{what} {count} 处" for what, count in left_out.items() if count]
    plain.text = tostring(root, encoding="utf-8", xml_declaration=True)
    return plain


def _parsed(path: Path, encoding: str | None) -> Element:
    if path.stat().st_size > _LARGEST:
        raise TooLarge(f"{path.name} 有 {path.stat().st_size:,} 字节,KML 的上限为 {_LARGEST:,}:请拆成几个文件。")
    raw = path.read_bytes()
    said = _ENCODING.match(raw)
    utf16 = raw.startswith((b"\xff\xfe", b"\xfe\xff"))
    known = encoding or ("utf-16" if utf16 else said[1].decode() if said else "utf-8")
    # What calls itself GB2312 in China holds characters of GBK.
    known = "gb18030" if known.casefold().startswith("gb") else "utf-8-sig" if known.casefold() == "utf-8" else known
    try:
        root: Element = fromstring(raw.decode(known), forbid_dtd=True)
    except (UnicodeDecodeError, LookupError) as error:
        raise BadFile(f"{path.name} 的文字不是 {known.upper()}:请用 --encoding 指明编码,或另存为 UTF-8。") from error
    except (DefusedXmlException, ValueError) as error:
        raise BadFile(f"{path.name} 里声明了实体或文档类型:拒绝读取,请在源软件里另存后再试。") from error
    except ParseError as error:
        raise BadFile(f"{path.name} 不是完整的 KML(第 {error.position[0]:,} 行有误):请重新获取或另存。") from error
    return root


def _walked(root: Element, name: str) -> Iterator[Element]:
    """Every element, its tag without its namespace as GDAL knows it; raises BadFile for one nested too deep."""
    waiting = [(root, 0)]
    while waiting:
        element, depth = waiting.pop()
        if depth > _DEEPEST:
            raise BadFile(f"{name} 的元素嵌套超过 {_DEEPEST} 层:拒绝读取,请在源软件里另存后再试。")
        space, _, tag = element.tag.rpartition("}")
        element.tag = f"gx:{tag}" if "google.com/kml/ext" in space else tag
        element.attrib = {key: value for key, value in element.attrib.items() if "}" not in key}
        waiting += [(child, depth + 1) for child in element]
        yield element


def _check_root(root: Element, name: str) -> None:
    if root.tag != "kml":
        raise BadFile(f"{name} 不是 KML(最外层是 {root.tag[:40]!r}):请确认文件。")
    root.attrib = dict(_KML)
    # Of several features at the top GDAL would read the first.
    if [child.tag for child in root if child.tag != "Schema"] not in ([one] for one in _CONTAINERS):
        children = list(root)
        root[:] = [Element("Document")]
        root[0].extend(children)


def _plain_placemark(placemark: Element, numbers: dict[str, str]) -> None:
    given = {name: text for told in placemark.findall("ExtendedData") for name, text in _told(told) if name}
    for told in placemark.findall("ExtendedData"):
        placemark.remove(told)
    data = {numbers.setdefault(name, f"f{len(numbers)}"): text for name, text in given.items()}
    for places in placemark.iter("coordinates"):
        places.text = re.sub(r"\s*,\s*", ",", (places.text or "").strip())
        if not _PLACES.fullmatch(places.text):
            data[_FAULT] = f"坐标不是数字:{places.text[:40]!r}"
    extended = SubElement(placemark, "ExtendedData")
    for name, text in data.items():
        SubElement(SubElement(extended, "Data", name=name), "value").text = text


def _told(extended: Element) -> Iterator[tuple[str, str]]:
    """The fields of an ExtendedData: of Data, of SchemaData, or elements of the writer's own."""
    for child in extended:
        if child.tag == "SchemaData":
            yield from ((one.get("name", ""), one.text or "") for one in child)
        elif child.tag == "Data":
            yield child.get("name", ""), child.findtext("value") or ""
        elif not len(child):
            yield child.tag, child.text or ""


def _prune(root: Element) -> None:
    """Take out folders without placemarks, which would be layers to choose from; the last stays, an empty layer."""
    for parent in list(root.iter()):
        empty = [child for child in parent if child.tag in _CONTAINERS and next(child.iter("Placemark"), None) is None]
        for child in empty:
            if root.find(".//Placemark") is not None:
                parent.remove(child)
