"""How exact the fixes of a leg are at worst, by which it is told from afar what the leg cannot have seen."""

from layers.migrate import run_sql_beside

revision = "patrol_0011"
down_revision = "patrol_0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Run the statements beside this file."""
    run_sql_beside(__file__)
