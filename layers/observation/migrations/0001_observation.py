"""What was found at a place, its families and kinds, and its photos."""

from layers.migrate import run_sql_beside

revision = "observation_0001"
down_revision = None
branch_labels = ("observation",)
depends_on = ("deployment_0001",)


def upgrade() -> None:
    """Run the statements beside this file."""
    run_sql_beside(__file__)
