"""Recomputing stored patrols part by part: which runs there were, and which of their parts are done."""

from layers.migrate import run_sql_beside

revision = "patrol_0005"
down_revision = "patrol_0004"
branch_labels = None
depends_on = ("grid_0001",)


def upgrade() -> None:
    """Run the statements beside this file."""
    run_sql_beside(__file__)
