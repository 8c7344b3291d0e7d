"""Run the sandbox payer: ``python -m revcycle.sandbox.payer --port N --token-file F --data DIR``."""

import argparse
from pathlib import Path

import uvicorn

from revcycle.sandbox.payer.app import make_app
from revcycle.sandbox.payer.office import Office
from revcycle.sandbox.payer.script import PayerScript


def main() -> None:
    """Serve until stopped."""
    parser = argparse.ArgumentParser(prog="revcycle.sandbox.payer", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument(
        "--token-file", type=Path, required=True, help="file with the bearer token to ask for"
    )
    parser.add_argument(
        "--script", type=Path, help="what the payer does with each claim; without it all is paid"
    )
    parser.add_argument("--data", type=Path, required=True, help="folder for the payer's own records")
    told = parser.parse_args()
    script = PayerScript.from_json(told.script.read_text()) if told.script else PayerScript()
    office = Office(told.data, script)
    try:
        app = make_app(office, told.token_file.read_text().strip())
        uvicorn.run(app, host=told.host, port=told.port, log_level="warning", date_header=False)
    finally:
        office.close()


if __name__ == "__main__":
    main()
