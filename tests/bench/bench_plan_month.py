"""A month on the sample by plan, beside a fixed round, the nearest that fits and a random walk: debt paid, as ratios.

The fourth notebook, run whole: the same four crews and hours, simulated walkers. HUASHAN_MONTH_DAYS asks for fewer.
"""

import os

from tests.notebooks.test_notebooks import ROOT, printed, run


def test_a_month_by_plan_beside_its_rivals(server_url):
    days = {name: value for name, value in os.environ.items() if name.startswith("HUASHAN_MONTH_")}
    notebook = run(ROOT / "notebooks" / "04_plan_against_round.ipynb", server_url, timeout_s=1800, **days)
    print("\n" + printed(notebook))
