"""CARPLIB's instances: how they are read, and a checker of their answers that shares nothing with the solver.

A file of Golden's: so many vertices, edges with cost and demand, some required, so many vehicles of one capacity, one
depot. The names of its lines are Spanish.
"""

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from geo.plan.arcs import Edge, Plan, Team

_EDGE = re.compile(r"\(\s*(\d+)\s*,\s*(\d+)\s*\)\s*coste\s+(\d+)(?:\s+demanda\s+(\d+))?")


@dataclass(frozen=True)
class Instance:
    """A problem as `route_edges` takes it, nodes from 0, and the best cost that is known of it."""

    name: str
    nodes: int
    edges: tuple[Edge, ...]
    teams: tuple[Team, ...]
    best_m: float | None


def read(file: Path, best_m: float | None = None) -> Instance:
    """An instance from a .dat file."""
    text = file.read_text("latin-1")
    said = dict(re.findall(r"^\s*(\w+)\s*:\s*(\S.*?)\s*$", text, re.M))
    required_until = text.find("LISTA_ARISTAS_NOREQ") if "LISTA_ARISTAS_NOREQ" in text else len(text)
    edges = tuple(
        Edge(
            int(found[1]) - 1,
            int(found[2]) - 1,
            float(found[3]),
            required=found.start() < required_until,
            demand=float(found[4] or 0),
        )
        for found in _EDGE.finditer(text)
    )
    assert len(edges) == int(said["ARISTAS_REQ"]) + int(said["ARISTAS_NOREQ"]), file.name
    team = Team(int(said["DEPOSITO"]) - 1, capacity=float(said["CAPACIDAD"]))
    return Instance(file.stem, int(said["VERTICES"]), edges, (team,) * int(said["VEHICULOS"]), best_m)


def folder(path: Path) -> list[Instance]:
    """Every instance of a folder, in the order of their numbers."""
    known: dict[str, float] = {}
    if (table := path / "best_known.csv").exists():
        with table.open(encoding="utf-8") as file:
            known = {row["instance"]: float(row["best_known_cost"]) for row in csv.DictReader(file)}
    files = sorted(path.glob("*.dat"), key=lambda file: (re.sub(r"\d", "", file.stem), len(file.stem), file.stem))
    return [read(file, known.get(file.stem)) for file in files]


def cost_of(instance: Instance, plan: Plan) -> float:
    """What the tours cost, walked edge by edge; AssertionError where they are no answer to the instance."""
    served: list[int] = []
    total_m = 0.0
    assert len(plan.tours) == len(instance.teams)
    for team, tour in zip(instance.teams, plan.tours, strict=True):
        total_m += _walked(instance.edges, team, tour.steps)
        mine = [step.edge for step in tour.steps if step.served]
        assert sum(instance.edges[number].demand for number in mine) <= team.capacity, "over its capacity"
        served += mine
    assert sorted(served) == [number for number, edge in enumerate(instance.edges) if edge.required], "not each once"
    return total_m


def _walked(edges: Sequence[Edge], team: Team, steps: Sequence[tuple[int, bool, bool]]) -> float:
    at, walked_m = team.depot, 0.0
    for number, forward, _ in steps:
        edge = edges[number]
        assert at == (edge.start if forward else edge.end), "no walk in the graph"
        at = edge.end if forward else edge.start
        walked_m += edge.length_m
    assert at == team.depot, "does not come home"
    return walked_m
