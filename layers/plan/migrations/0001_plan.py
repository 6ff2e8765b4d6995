"""Plans: who walks where on a day, how far solving has come, and every version of the answer."""

from layers.migrate import run_sql_beside

revision = "plan_0001"
down_revision = None
branch_labels = ("plan",)
depends_on = ("deployment_0001",)


def upgrade() -> None:
    """Run the statements beside this file."""
    run_sql_beside(__file__)
