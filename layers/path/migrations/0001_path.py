"""Paths: the small ways that crews move along."""

from layers.migrate import run_sql_beside

revision = "path_0001"
down_revision = None
branch_labels = ("path",)
depends_on = ("deployment_0001",)


def upgrade() -> None:
    """Run the statements beside this file."""
    run_sql_beside(__file__)
