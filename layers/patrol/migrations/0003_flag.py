"""What makes a patrol's track doubtful, and which datum its positions turned out to be in."""

from layers.migrate import run_sql_beside

revision = "patrol_0003"
down_revision = "patrol_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Run the statements beside this file."""
    run_sql_beside(__file__)
