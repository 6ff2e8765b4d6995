"""The administrative cells: streets, communities and villages, unit grids."""

from layers.migrate import run_sql_beside

revision = "grid_0001"
down_revision = None
branch_labels = ("grid",)
depends_on = ("deployment_0001",)


def upgrade() -> None:
    """Run the statements beside this file."""
    run_sql_beside(__file__)
