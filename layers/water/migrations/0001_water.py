"""Water bodies, their banks, and the reaches that posts answer for."""

from layers.migrate import run_sql_beside

revision = "water_0001"
down_revision = None
branch_labels = ("water",)
depends_on = ("post_0001",)


def upgrade() -> None:
    """Run the statements beside this file."""
    run_sql_beside(__file__)
