"""The offices that answer for reaches, grids and roads."""

from layers.migrate import run_sql_beside

revision = "post_0001"
down_revision = None
branch_labels = ("post",)
depends_on = ("deployment_0001",)


def upgrade() -> None:
    """Run the statements beside this file."""
    run_sql_beside(__file__)
