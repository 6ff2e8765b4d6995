"""The ground every layer stands on: the deployment's facts, editions, tokens, and the history of every version."""

from layers.migrate import run_sql_beside

revision = "deployment_0001"
down_revision = None
branch_labels = ("deployment",)
depends_on = None


def upgrade() -> None:
    """Run the statements beside this file."""
    run_sql_beside(__file__)
