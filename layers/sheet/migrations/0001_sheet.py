"""The key that signs links to crews' sheets, and which links were ended before their time."""

from layers.migrate import run_sql_beside

revision = "sheet_0001"
down_revision = None
branch_labels = ("sheet",)
depends_on = ("deployment_0001",)


def upgrade() -> None:
    """Run the statements beside this file."""
    run_sql_beside(__file__)
