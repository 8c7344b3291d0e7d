"""Run the sandbox payer: ``python -m revcycle.sandbox.payer --port N --token-file F --data DIR [--sftp-port N]``."""

import argparse
from pathlib import Path

import uvloop

from revcycle.sandbox.payer.office import Office
from revcycle.sandbox.payer.script import PayerScript
from revcycle.sandbox.payer.serving import SftpOffer, serve
from revcycle.sandbox.payer.sftp_server import SftpLogin


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
    parser.add_argument("--sftp-port", type=int, help="also serve an SFTP drop on this loopback port")
    parser.add_argument("--sftp-user", default="practice", help="who may log in; the password is the token")
    parser.add_argument("--sftp-partner", default="", help="the ISA06 of who uses the drop")
    parser.add_argument(
        "--apart", action="append", default=[], help="ISA06 of a partner with a way of its own"
    )
    parser.add_argument("--sftp-authorized-keys", type=Path, help="public keys that may log in without it")
    told = parser.parse_args()
    script = PayerScript.from_json(told.script.read_text()) if told.script else PayerScript()
    office = Office(told.data, script, told.apart)
    try:
        login = SftpLogin(told.sftp_user, told.token_file, told.sftp_authorized_keys, told.sftp_partner)
        sftp = SftpOffer(told.sftp_port, told.data / "sftp", login) if told.sftp_port else None
        uvloop.run(serve(office, told.token_file.read_text().strip(), told.host, told.port, sftp))
    finally:
        office.close()


if __name__ == "__main__":
    main()
