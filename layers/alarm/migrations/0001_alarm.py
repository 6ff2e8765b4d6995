"""What is alarmed about, as rules; and who has taken note of an alarm."""

from layers.migrate import run_sql_beside

revision = "alarm_0001"
down_revision = None
branch_labels = ("alarm",)
depends_on = ("deployment_0001",)


def upgrade() -> None:
    """Run the statements beside this file."""
    run_sql_beside(__file__)
