"""Write the next migration from the difference between migrations and metadata: ``python -m tools.revise "why"``."""

import sys
import tempfile
from pathlib import Path

from alembic import command
from alembic.config import Config

from revcycle.access.keyring import KeyRing
from revcycle.db import migrate
from revcycle.db.engine import Database

_ROOT = Path(__file__).resolve().parents[1]


def main() -> None:
    """Compare on an empty SQLite database migrated to head."""
    config = Config()
    config.set_main_option("script_location", str(_ROOT / "migrations"))
    with tempfile.TemporaryDirectory() as folder:
        db = Database(f"sqlite:///{folder}/revise.db", KeyRing.generate())
        migrate.upgrade(db)
        with db.write() as tx:
            config.attributes["connection"] = tx.connection
            number = len(list((_ROOT / "migrations" / "versions").glob("*.py"))) + 1
            command.revision(config, sys.argv[1], autogenerate=True, rev_id=f"{number:04d}")


if __name__ == "__main__":
    main()
