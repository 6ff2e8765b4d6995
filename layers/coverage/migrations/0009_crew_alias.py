"""By which name a crew without a post is judged once patrols of it were erased."""

from layers.migrate import run_sql_beside

revision = "coverage_0009"
down_revision = "coverage_0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Run the statements beside this file."""
    run_sql_beside(__file__)
