"""Where a line changed after tracks were erased, and nothing can be said of what these saw there."""

from layers.migrate import run_sql_beside

revision = "coverage_0006"
down_revision = "coverage_0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Run the statements beside this file."""
    run_sql_beside(__file__)
