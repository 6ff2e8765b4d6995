"""What stays of a patrol once its track and its persons are erased, so that every figure replays."""

from layers.migrate import run_sql_beside

revision = "coverage_0005"
down_revision = "coverage_0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Run the statements beside this file."""
    run_sql_beside(__file__)
