"""How many positions of a device belonged to no outing, when and why: a wrong clock is found by it."""

from layers.migrate import run_sql_beside

revision = "crew_0002"
down_revision = "crew_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Run the statements beside this file."""
    run_sql_beside(__file__)
