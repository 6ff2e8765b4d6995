"""The schemes of land classes and what a class of one may be in another."""

from layers.migrate import run_sql_beside

revision = "landuse_0004"
down_revision = "landuse_0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Run the statements beside this file."""
    run_sql_beside(__file__)
