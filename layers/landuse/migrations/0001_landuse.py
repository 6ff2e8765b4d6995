"""Land-class parcels and control zones."""

from layers.migrate import run_sql_beside

revision = "landuse_0001"
down_revision = None
branch_labels = ("landuse",)
depends_on = ("deployment_0001",)


def upgrade() -> None:
    """Run the statements beside this file."""
    run_sql_beside(__file__)
