"""Batches of land checks: many outlines asked about at once, each answered in a row of its own."""

from layers.migrate import run_sql_beside

revision = "landuse_0006"
down_revision = "landuse_0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Run the statements beside this file."""
    run_sql_beside(__file__)
