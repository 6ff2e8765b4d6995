"""What patrols saw of banks from their own side of the water, where duties ask for that."""

from layers.migrate import run_sql_beside

revision = "coverage_0003"
down_revision = "coverage_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Run the statements beside this file."""
    run_sql_beside(__file__)
