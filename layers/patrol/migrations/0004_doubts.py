"""What holding patrols against each other takes: when fixes came in, where each passed when, whom a doubt names."""

from layers.migrate import run_sql_beside

revision = "patrol_0004"
down_revision = "patrol_0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Run the statements beside this file."""
    run_sql_beside(__file__)
