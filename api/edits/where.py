"""Where the features of a layer are changed: here, or by what they are worked out from, or under rules of their own."""

from api.access.reader import Reader
from api.answers.problems import NotHere
from api.observations.listed import LAYER as OBSERVATION
from layers.catalogue import Layer

__all__ = ["READING", "check_here", "is_edited_here", "methods_of"]

READING = ("GET", "HEAD", "OPTIONS")
_ONE, _ALL = ("PUT", "PATCH", "DELETE"), ("POST",)
_ELSEWHERE = {
    OBSERVATION: "发现有交办与办结的规则:请用 POST /observations 上报,PATCH /observations/{code} 修改",
    "bank": "岸线由水体推算:请修改水体,岸线随即重算",
    "reach": "责任段按岸线桩号划定:请用 huashan import reach 文件.csv 导入起止桩号与岗位",
}
_DERIVED = "它由平台推算:请修改它所依据的图层"


def is_edited_here(layer: Layer) -> bool:
    """Whether features of the layer are changed one by one, by whoever may write it."""
    return not layer.derived and layer.id not in _ELSEWHERE


def methods_of(layer: Layer, reader: Reader, *, one: bool) -> tuple[str, ...]:
    """What this reader may do with one feature of a layer, or with all of them."""
    writes = is_edited_here(layer) and reader.may_write(layer)
    return (*READING, *((_ONE if one else _ALL) if writes else ()))


def check_here(layer: Layer) -> None:
    """Raises NotHere, which says where to go, for a layer that is not changed feature by feature."""
    if not is_edited_here(layer):
        where = _ELSEWHERE.get(layer.id, _DERIVED)
        raise NotHere(f"图层“{layer.title.zh}”不能在此逐个修改:{where}。", READING)
