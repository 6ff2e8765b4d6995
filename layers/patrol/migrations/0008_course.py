"""Tracks as few bytes, by which most are told from replays without their fixes being read."""

from layers.migrate import run_sql_beside

revision = "patrol_0008"
down_revision = "patrol_0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Run the statements beside this file."""
    run_sql_beside(__file__)
