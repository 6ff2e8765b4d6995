"""Codes of land classes with a letter in the middle."""

from layers.migrate import run_sql_beside

revision = "landuse_0002"
down_revision = "landuse_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Run the statements beside this file."""
    run_sql_beside(__file__)
