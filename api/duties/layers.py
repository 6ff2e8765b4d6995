"""Layers that duties are asked about by: that none can be about one must not read as one of which nothing is due."""

from layers.catalogue import Catalogue
from layers.errors import BadInput

__all__ = ["check_layer", "layer_options"]

REACH = "reach"
"""Seen as ranges of banks, and so no layer of its own that patrols see."""


def check_layer(catalogue: Catalogue, layer: str | None) -> None:
    """Raises NotFound for a layer that there is not, BadInput for one that no duty can be about; None is fine.

    >>> from layers.catalogue import read_catalogue
    >>> check_layer(read_catalogue(), "reach"), check_layer(read_catalogue(), None)
    (None, None)
    """
    if layer is None:
        return
    _ = catalogue[layer]
    if why := catalogue.why_unseen(layer, (REACH,)):
        raise BadInput(f"{why}。")


def layer_options(catalogue: Catalogue) -> list[dict[str, str]]:
    """The layers that a duty can be about, as the values of its column.

    >>> from layers.catalogue import read_catalogue
    >>> {"value": "road", "zh": "道路", "en": "Roads"} in layer_options(read_catalogue())
    True
    """
    seen = [*(layer.id for layer in (*catalogue.line_layers, *catalogue.watched_layers)), REACH]
    return [{"value": name, **catalogue[name].title._asdict()} for name in seen if name in catalogue]
