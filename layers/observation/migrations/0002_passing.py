"""What the field says of ways: that one cannot pass, and that a bank may be walked."""

from layers.migrate import run_sql_beside

revision = "observation_0002"
down_revision = "observation_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Run the statements beside this file."""
    run_sql_beside(__file__)
