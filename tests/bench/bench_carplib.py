"""CARPLIB through the public solver of arc routing: each instance's gap to the best cost known, by seed.

`make bench CARPLIB=FOLDER` solves every .dat file of a folder (best_known.csv beside them says the best), by default
the 23 of Golden and others beside the checkout; SEEDS=5 takes seeds 1 to 5, CARPLIB_SECONDS=10 the time for each. As
many are solved at once as there are cores, each on one. Every answer is walked edge by edge before it counts.
"""

import os
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pytest

from geo.plan.arcs import route_edges
from geo.plan.tasks import Limit
from tests.bench.carplib import Instance, cost_of, folder
from tests.conftest import SHARED_DATA

FOLDER = Path(os.environ.get("CARPLIB") or SHARED_DATA / "carplib")
SEEDS = range(1, int(os.environ.get("SEEDS") or 1) + 1)
SECONDS = float(os.environ.get("CARPLIB_SECONDS") or 10)
PLAIN = "plain PyVRP 0.14, 10 s, seed 1: mean 0.14 %, worst 1.5 %; bar over seeds: mean 0.25 %, worst 3 %"


def solved(instance: Instance, seed: int) -> float:
    """What the answer costs, in the checker's own arithmetic."""
    plan = route_edges(instance.nodes, instance.edges, instance.teams, Limit(seconds=SECONDS), seed)
    return cost_of(instance, plan)


def test_carplib():
    instances = folder(FOLDER) if FOLDER.is_dir() else []
    if not instances:
        pytest.skip(f"no instances in {FOLDER}")
    with ProcessPoolExecutor(os.cpu_count(), mp_context=get_context("spawn")) as pool:
        asked = [(instance, [pool.submit(solved, instance, seed) for seed in SEEDS]) for instance in instances]
        print(f"\nCARPLIB: {len(instances)} instances of {FOLDER}, {SECONDS:g} s each, seeds {SEEDS[0]} to {SEEDS[-1]}")
        gaps = [_printed(instance, [one.result() for one in found]) for instance, found in asked]
    known = np.concatenate([gap for gap in gaps if len(gap)]) if any(map(len, gaps)) else np.zeros(0)
    if len(known):
        print(f"gap to the best known: mean {known.mean():.3f} %, worst {known.max():.2f} %   ({PLAIN})")


def _printed(instance: Instance, costs: list[float]) -> list[float]:
    """Prints an instance's line; its gaps in percent, none where no best cost is known."""
    gaps = [100 * (cost / instance.best_m - 1) for cost in costs] if instance.best_m else []
    said = " ".join(f"{cost:g} ({gap:.2f} %)" for cost, gap in zip(costs, gaps, strict=True)) or str(costs)
    edges = sum(edge.required for edge in instance.edges)
    print(f"  {instance.name:<10} {edges:>4} edges  best known {instance.best_m}   {said}", flush=True)
    return gaps
