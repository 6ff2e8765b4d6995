"""What patrols saw of areas and points, and indexes that answer for a month however much is stored."""

from layers.migrate import run_sql_beside

revision = "coverage_0001"
down_revision = None
branch_labels = ("coverage",)
depends_on = ("patrol_0001",)


def upgrade() -> None:
    """Run the statements beside this file."""
    run_sql_beside(__file__)
