"""Key project sites."""

from layers.migrate import run_sql_beside

revision = "project_0001"
down_revision = None
branch_labels = ("project",)
depends_on = ("deployment_0001",)


def upgrade() -> None:
    """Run the statements beside this file."""
    run_sql_beside(__file__)
