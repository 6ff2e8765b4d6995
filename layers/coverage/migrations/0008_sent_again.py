"""By what fixes are known again that were erased and are sent once more."""

from layers.migrate import run_sql_beside

revision = "coverage_0008"
down_revision = "coverage_0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Run the statements beside this file."""
    run_sql_beside(__file__)
