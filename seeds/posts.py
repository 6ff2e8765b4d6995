"""Posts that answer for waters, roads and cells, and the reaches of bank that river and lake chiefs hold."""

from typing import NamedTuple

from seeds.names import PLACES


class Post(NamedTuple):
    """An office; its holder is a made-up role, never a person."""

    code: str
    name: str
    kind: str
    holder: str


class Reach(NamedTuple):
    """A part of a bank as shares of its length, from its start: a reach with first over last runs across 0 m."""

    code: str
    name: str
    bank_code: str
    first: float
    last: float
    post_code: str


# Bank, what to call it, the post's letters, how many posts share it, from where and to where. Bits of shore stay
# without a post on purpose (无责任主体), and so does the far bank of the Yangtze.
_SHARED = (
    ("CJ-右1", "长江右岸", "HZ-CJ", 3, 0.30, 0.92),
    ("HSH-左1", "花山河左岸", "HZ-HSHZ", 2, 0.0, 1.0),
    ("HSH-右1", "花山河右岸", "HZ-HSHY", 2, 0.0, 0.94),
    ("YXH-岸1", "严西湖岸线", "HUZ-YXH", 8, 0.05, 0.99),
    ("YDH-岸1", "严东湖岸线", "HUZ-YDH", 6, 0.96, 1.88),
    ("YXH-岛1", "严西湖一号岛岸", "HUZ-YXHD", 1, 0.0, 1.0),
)
ROADS_PER_CHIEF = 2
ROADS = 34


def posts() -> list[Post]:
    """River and lake chiefs, road chiefs for two roads each, a grid keeper in each of the 24 places."""
    chiefs = [
        Post(
            f"{letters}-{n}",
            f"{name}{n}段{_title(letters)}",
            _kind(letters),
            f"示例{_title(letters)} {letters[-3:]}{n}",
        )
        for _, name, letters, count, _, _ in _SHARED
        for n in range(1, count + 1)
    ]
    keepers = [Post(f"WGY-{p.digits}", f"{p.name}网格员", "grid_keeper", f"示例网格员 {p.digits}") for p in PLACES]
    roads = [
        Post(f"LZ-{n:02}", f"{n * 2 - 1:02}、{n * 2:02} 号道路路长", "road_chief", f"示例路长 {n:02}")
        for n in range(1, ROADS // ROADS_PER_CHIEF + 1)
    ]
    return [*chiefs, *roads, *keepers]


def reaches() -> list[Reach]:
    """Every chief's piece of bank, for the banks as they are numbered when derived from the sample's waters."""
    made = []
    for bank, name, letters, count, first, last in _SHARED:
        step = (last - first) / count
        for n in range(count):
            begin, end = round((first + n * step) % 1, 4), round((first + (n + 1) * step) % 1, 4)
            post = f"{letters}-{n + 1}"
            made.append(Reach(f"{post}-D", f"{name}{n + 1}段", bank, begin, end or 1.0, post))
    return made


def post_at(bank_code: str, share: float) -> str | None:
    """The post that answers for a bank at a share of its length; None where nobody does."""
    for reach in reaches():
        wraps = reach.first > reach.last
        within = share >= reach.first or share < reach.last if wraps else reach.first <= share < reach.last
        if reach.bank_code == bank_code and within:
            return reach.post_code
    return None


def _kind(letters: str) -> str:
    return "river_chief" if letters.startswith("HZ") else "lake_chief"


def _title(letters: str) -> str:
    return "河长" if letters.startswith("HZ") else "湖长"
