"""What each post must have seen, how often, and what counts as having seen it."""

from layers.migrate import run_sql_beside

revision = "duty_0001"
down_revision = None
branch_labels = ("duty",)
depends_on = ("deployment_0001",)


def upgrade() -> None:
    """Run the statements beside this file."""
    run_sql_beside(__file__)
