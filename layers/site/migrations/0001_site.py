"""Places to keep an eye on."""

from layers.migrate import run_sql_beside

revision = "site_0001"
down_revision = None
branch_labels = ("site",)
depends_on = ("post_0001",)


def upgrade() -> None:
    """Run the statements beside this file."""
    run_sql_beside(__file__)
