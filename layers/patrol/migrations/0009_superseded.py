"""What a patrol was known to be before it was corrected, or became part of another."""

from layers.migrate import run_sql_beside

revision = "patrol_0009"
down_revision = "patrol_0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Run the statements beside this file."""
    run_sql_beside(__file__)
