"""Which pieces of a line nobody can tell of whether they were ever seen, beside those that never were."""

from layers.migrate import run_sql_beside

revision = "coverage_0010"
down_revision = "coverage_0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Run the statements beside this file."""
    run_sql_beside(__file__)
