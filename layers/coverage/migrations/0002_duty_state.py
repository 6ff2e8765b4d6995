"""When each stretch of what a duty covers was last seen as a month began: a month is told from its own sightings."""

from layers.migrate import run_sql_beside

revision = "coverage_0002"
down_revision = "coverage_0001"
branch_labels = None
depends_on = ("duty_0001", "patrol_0003", "crew_0001")


def upgrade() -> None:
    """Run the statements beside this file."""
    run_sql_beside(__file__)
