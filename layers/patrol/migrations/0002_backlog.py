"""Fixes are stored at once and looked at afterwards: what is still to be worked out, and what patrols come to."""

from layers.migrate import run_sql_beside

revision = "patrol_0002"
down_revision = "patrol_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Run the statements beside this file."""
    run_sql_beside(__file__)
