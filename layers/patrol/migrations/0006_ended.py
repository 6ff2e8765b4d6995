"""By when patrols ended, so that the last of those that started before an instant is found at once."""

from layers.migrate import run_sql_beside

revision = "patrol_0006"
down_revision = "patrol_0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Run the statements beside this file."""
    run_sql_beside(__file__)
