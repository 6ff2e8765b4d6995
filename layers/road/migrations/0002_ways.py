"""Which way vehicles go along a road, and on which level, so that plans find their way."""

from layers.migrate import run_sql_beside

revision = "road_0002"
down_revision = "road_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Run the statements beside this file."""
    run_sql_beside(__file__)
