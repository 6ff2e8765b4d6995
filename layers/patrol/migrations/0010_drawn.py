"""What tiles draw of every piece of a target."""

from layers.migrate import run_sql_beside

revision = "patrol_0010"
down_revision = "patrol_0009"
branch_labels = None
depends_on = ("deployment_0002",)


def upgrade() -> None:
    """Run the statements beside this file."""
    run_sql_beside(__file__)
