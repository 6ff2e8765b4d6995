"""For which layers of areas and points, at which reaches, what patrols saw is complete; how far they went inside."""

from layers.migrate import run_sql_beside

revision = "coverage_0004"
down_revision = "coverage_0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Run the statements beside this file."""
    run_sql_beside(__file__)
