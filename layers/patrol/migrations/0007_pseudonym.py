"""By which names analysts are told crews and devices, month by month."""

from layers.migrate import run_sql_beside

revision = "patrol_0007"
down_revision = "patrol_0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Run the statements beside this file."""
    run_sql_beside(__file__)
