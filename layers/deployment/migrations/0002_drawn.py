"""What tiles draw of every feature, kept beside it: how large it is, where it is named, its shape at low zooms."""

from layers.migrate import run_sql_beside

revision = "deployment_0002"
down_revision = "deployment_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Run the statements beside this file."""
    run_sql_beside(__file__)
