"""Patrols: raw fixes, legs, what they saw of which target, and what was last seen when."""

from layers.migrate import run_sql_beside

revision = "patrol_0001"
down_revision = None
branch_labels = ("patrol",)
depends_on = ("water_0001", "road_0001")


def upgrade() -> None:
    """Run the statements beside this file."""
    run_sql_beside(__file__)
