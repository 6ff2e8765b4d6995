"""The rules by which checks are judged, to begin with."""

from layers.migrate import run_sql_beside

revision = "landuse_0005"
down_revision = "landuse_0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Run the statements beside this file."""
    run_sql_beside(__file__)
