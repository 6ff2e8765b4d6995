"""How much worth no plan can exceed, and how far a plan is from that."""

from geo.plan.plan import Reckoning

__all__ = ["reckoned"]


def reckoned(bound: Reckoning | None, reached: float) -> Reckoning | None:
    """The same bound with what another plan of the same problem reaches.

    >>> reckoned(Reckoning(10.0, 5.0, 0.5, "…", False), 8.0).gap
    0.2
    """
    if bound is None:
        return None
    gap = max(0.0, 1.0 - reached / bound.worth) if bound.worth > 0 else 0.0
    return bound._replace(reached=reached, gap=round(gap, 9))
