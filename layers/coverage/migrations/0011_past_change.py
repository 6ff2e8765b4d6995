"""What changed of months that are over, so that it can be told which states of duties still hold."""

from layers.migrate import run_sql_beside

revision = "coverage_0011"
down_revision = "coverage_0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Run the statements beside this file."""
    run_sql_beside(__file__)
