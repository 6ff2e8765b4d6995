"""Tokens of a screen on a wall, which is nobody: they read, and take note of alarms, and no more."""

from layers.migrate import run_sql_beside

revision = "deployment_0003"
down_revision = "deployment_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Run the statements beside this file."""
    run_sql_beside(__file__)
