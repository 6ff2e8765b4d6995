"""Plots of farmland to reclaim and replant, and what each village owes a year."""

from layers.migrate import run_sql_beside

revision = "farmland_0001"
down_revision = None
branch_labels = ("farmland",)
depends_on = ("deployment_0001",)


def upgrade() -> None:
    """Run the statements beside this file."""
    run_sql_beside(__file__)
