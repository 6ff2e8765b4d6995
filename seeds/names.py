"""True names and codes, as published: the street, its 24 communities and villages, the projects of the work report."""

from typing import NamedTuple

STREET_CODE = "420111081"
STREET_NAME = "花山街道"


class Place(NamedTuple):
    """A community (0…) or village (2…): the last three digits of its code, its name, and where the sketch puts it."""

    digits: str
    name: str
    at_km: tuple[float, float]
    units: int

    @property
    def code(self) -> str:
        """The 12-digit code."""
        return STREET_CODE + self.digits

    @property
    def level(self) -> str:
        """community or village."""
        return "community" if self.digits < "200" else "village"


PLACES = (
    Place("001", "花山社区", (9.4, 6.75), 11),
    Place("002", "花城家园橘园社区", (8.35, 9.0), 10),
    Place("003", "花城家园梅园社区", (9.15, 9.15), 10),
    Place("004", "花城家园竹园社区", (8.6, 8.25), 9),
    Place("005", "花城家园兰园社区", (9.45, 8.3), 10),
    Place("006", "春和社区", (10.3, 8.0), 11),
    Place("007", "棠园社区", (9.95, 9.05), 11),
    Place("008", "软件新城智慧社区", (7.6, 8.0), 12),
    Place("009", "红焰社区", (10.5, 7.1), 11),
    Place("010", "杏园社区", (8.4, 7.3), 11),
    Place("011", "白羊山社区", (11.05, 8.9), 12),
    Place("201", "白浒村", (16.2, 8.5), 14),
    Place("202", "清丰村", (7.7, 10.3), 13),
    Place("203", "东港村", (14.9, 9.2), 14),
    Place("204", "沿江村", (13.9, 10.2), 14),
    Place("205", "山湖村", (5.8, 10.1), 14),
    Place("206", "红光村", (12.5, 8.5), 13),
    Place("207", "白羊山村", (11.3, 9.75), 12),
    Place("208", "红军村", (5.7, 7.7), 14),
    Place("209", "土桥村", (11.0, 5.5), 13),
    Place("210", "联合村", (13.3, 5.6), 14),
    Place("211", "花山村", (8.2, 5.9), 12),
    Place("212", "红焰村", (15.6, 6.3), 14),
    Place("213", "春和村", (9.4, 9.95), 12),
)
"""Names and codes: the statistical division codes (china-division 2.7.0). Places and unit counts: the sketch's."""
