"""Which layers are meant by the names in an address."""

from api.access.reader import Reader
from api.access.rights import check_read
from api.answers.wording import shown
from api.limits import MAX_TILE_LAYERS
from layers.catalogue import Catalogue, Layer
from layers.errors import BadInput, NotFound


def chosen_layers(catalogue: Catalogue, names: str, reader: Reader) -> list[Layer]:
    """The layers named, all of which the reader may see; raises BadInput, NotFound or NotAllowed."""
    ids = names.split(",")
    if len(ids) > MAX_TILE_LAYERS:
        raise BadInput(f"一次要了 {len(ids)} 个图层:至多 {MAX_TILE_LAYERS} 个。")
    if "" in ids:
        raise NotFound("图层名是空的:请写成 water 或 water,road 这样,名字之间一个逗号。")
    twice = next((name for name in ids if ids.count(name) > 1), None)
    if twice is not None:
        raise BadInput(f"图层 {shown(twice)} 写了两次:请只写一次。")
    chosen = [catalogue[name] for name in ids]
    for layer in chosen:
        check_read(reader, layer)
    return chosen
