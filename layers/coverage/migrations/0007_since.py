"""From when on sightings are complete of reaches and layers that were stored after tracks were erased."""

from layers.migrate import run_sql_beside

revision = "coverage_0007"
down_revision = "coverage_0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Run the statements beside this file."""
    run_sql_beside(__file__)
