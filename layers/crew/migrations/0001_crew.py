"""Who goes out together, the devices they carry, and the tokens by which a device may send its positions."""

from layers.migrate import run_sql_beside

revision = "crew_0001"
down_revision = None
branch_labels = ("crew",)
depends_on = ("deployment_0001",)


def upgrade() -> None:
    """Run the statements beside this file."""
    run_sql_beside(__file__)
