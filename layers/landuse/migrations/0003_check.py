"""Land checks: classes with their crosswalk, rules, and the checks that were made."""

from layers.migrate import run_sql_beside

revision = "landuse_0003"
down_revision = "landuse_0002"
branch_labels = None
depends_on = ("farmland_0001", "grid_0001", "project_0001")


def upgrade() -> None:
    """Run the statements beside this file."""
    run_sql_beside(__file__)
