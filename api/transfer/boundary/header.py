"""What the attribute block of a coordinate text says of its coordinate system."""

import re
from dataclasses import dataclass, field

from layers.crs import SIX_DEGREES, STORED, THREE_DEGREES, gauss_kruger
from layers.errors import BadCrs, BadFile

_PAIR = re.compile(r"^\s*([^\s=:,][^=:,]*?)\s*[=:]\s*(.*?)\s*$")
_OLD = {"1980": "1980 西安坐标系", "西安": "1980 西安坐标系", "XIAN": "1980 西安坐标系", "1954": "1954 北京坐标系",
        "北京": "1954 北京坐标系", "BEIJING": "1954 北京坐标系"}  # fmt: skip
_NEW = ("2000", "CGCS")
_WORDS = {"三": "3", "六": "6", "3": "3", "6": "6"}
_LONGEST = 500
_ABOUT = re.compile(r"坐标|CGCS|EPSG|WGS|子午线|经线|带", re.IGNORECASE)
_DATUM = re.compile(
    r"([\u4e00-\u9fff]{0,6}2000\s*(?:国家)?(?:大地)?坐标系?|CGCS\s*2000|WGS-?\s*84|西安\s*(?:19)?80|1980\s*西安|北京\s*(?:19)?54|1954\s*北京)",
    re.IGNORECASE,
)
_VERB = re.compile(r"^(?:统一|均|都|坐标|采用|使用|按照?|为|是|系|用)+(?=\S)")
_CODE = re.compile(r"EPSG\s*:?\s*(\d{4,5})", re.IGNORECASE)
_ZONE = re.compile(r"(?<![\d.])(\d{2})\s*(?:号|度)?\s*带")
_MERIDIAN = re.compile(
    r"(?:中央(?:子午线|经线)\D{0,8}?(?=\d)|(?<![\d.])(?=\d{2,3}(?:\.0+)?\s*(?:°|度)?\s*带))(\d{2,3}(?:\.\d+)?)"
)
_KNOWN = (
    "格式版本号",
    "数据产生单位",
    "数据产生日期",
    "坐标系",
    "几度分带",
    "投影类型",
    "计量单位",
    "带号",
    "精度",
    "转换参数",
)


@dataclass(frozen=True)
class Header:
    """What is said: name -> value, and the line of each. Empty where there is no block."""

    said: dict[str, str] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    heard: list[int] = field(default_factory=list)

    def hear(self, sentence: str, number: int) -> None:
        """Take what a sentence says of the system ('CGCS2000,中央子午线114度'), where no block said it before."""
        if len(sentence) > _LONGEST or not _ABOUT.search(sentence):
            return
        found = {"坐标系": _DATUM.search(sentence), "EPSG": _CODE.search(sentence)}
        told = {name: _VERB.sub("", match[1]) for name, match in found.items() if match}
        for pattern, thirds in ((_ZONE, 1.0), (_MERIDIAN, 3.0)):
            zones = [float(match[1]) / thirds for match in pattern.finditer(sentence)]
            right = [int(zone) for zone in zones if zone in THREE_DEGREES or (thirds == 1 and zone in SIX_DEGREES)]
            if right:
                told.setdefault("带号", str(right[0]))
        for name, value in told.items():
            if name not in self.said:
                self.said[name], self.lines[name] = value, number
                self.heard.append(number)

    @property
    def zone(self) -> int | None:
        """The zone by its number; raises BadCrs where the header names one that does not exist."""
        text = self.said.get("带号", "")
        if not text:
            return None
        digits = re.fullmatch(r"(?:第)?\s*(\d{1,3})\s*(?:带|度带)?", text)
        zone = int(digits[1]) if digits else 0
        if zone not in THREE_DEGREES and zone not in SIX_DEGREES:
            raise BadCrs(f"第 {self.lines['带号']} 行的带号 {text[:20]!r} 不存在:三度带为 25 至 45,六度带为 13 至 23。")
        if self.width and zone not in (THREE_DEGREES if self.width == 3 else SIX_DEGREES):
            raise BadCrs(
                f"第 {self.lines['带号']} 行的带号 {zone} 与“几度分带={self.width}”不符"
                "(三度带为 25 至 45,六度带为 13 至 23):请核对后改正其一。"
            )
        return zone

    @property
    def width(self) -> int | None:
        """How many degrees a zone is wide, 3 or 6; None where it is not said. Raises BadCrs for another width."""
        text = self.said.get("几度分带", "")
        if not text:
            return None
        width = _WORDS.get(re.sub(r"[°度分带\s]", "", text))
        if width is None:
            raise BadCrs(f"第 {self.lines['几度分带']} 行的几度分带 {text[:20]!r} 不对:应为 3 或 6。")
        return int(width)

    @property
    def datum(self) -> str | None:
        """'CGCS2000', a name that we do not know (a local system), or None; raises BadCrs for the old national ones."""
        text = self.said.get("坐标系", "")
        bare = text.upper().replace(" ", "")
        if not bare:
            return None
        if "WGS" in bare and "84" in bare:
            return "CGCS2000"
        if any(one in bare for one in _NEW) and not any(one in bare for one in ("1980", "1954")):
            return "CGCS2000" if _national(bare) else text
        for mark, name in _OLD.items():
            if mark in bare:
                raise BadCrs(
                    f"第 {self.lines['坐标系']} 行写明坐标系为{name}:它与 2000 国家大地坐标系之间没有公开的转换参数,"
                    "相差可达百米。请先转换成 CGCS2000;或用公共点求参(huashan crs fit),再以 --crs 给出。"
                )
        return text

    def system(self, prefix: int | None, *, degrees: bool) -> str | None:
        """The code of the system that header and the eastings' own zone number tell, or None where they do not.

        prefix: the zone before every easting, None where there is none. Raises BadCrs where the two contradict.
        """
        if self.datum not in (None, "CGCS2000"):
            return None
        if "EPSG" in self.said:
            return f"EPSG:{self.said['EPSG']}"
        if degrees:
            return STORED
        if prefix and self.zone and prefix != self.zone:
            raise BadCrs(
                f"第 {self.lines['带号']} 行写明带号 {self.zone},东坐标前的带号却是 {prefix}:"
                "请核对后改正其一,或以 --crs 给出真实坐标系。"
            )
        zone = prefix or self.zone
        return gauss_kruger(zone, prefixed=prefix is not None) if zone else None


def _national(bare: str) -> bool:
    """Whether a name with 2000 in it is the national system: 武汉2000 and its like are not."""
    city = re.match(r"^([\u4e00-\u9fff]{2,}?)2000", bare)
    return not city or city[1].endswith(("国家", "中国", "大地", "采用", "使用", "为", "是", "按", "用", "系"))


def pair_of(line: str, number: int, *, among: bool) -> tuple[str, str] | None:
    """Name and value of a line of the block; None for one that is none. Raises BadFile within a block that is broken.

    among: whether the line stands in the block, where every line must be one.

    >>> pair_of("带号=38", 8, among=False)
    ('带号', '38')
    """
    found = _PAIR.match(line[:_LONGEST])
    if found and (among or found[1] in _KNOWN):
        return found[1], found[2]
    if among:
        raise BadFile(
            f"第 {number:,} 行 {line.strip()[:40]!r} 在属性描述里却不是“名称=值”:文本可能被截断或错位,请检查。"
        )
    return None
