"""Asks the double of Werk24 through the vendor's client, scenario by scenario; run in the environment that has the client.

Usage: python asking.py FOLDER      (prints what came of each scenario, as JSON)
"""

from __future__ import annotations

import asyncio
import datetime as dt
import ipaddress
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import certifi
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from sheaf.extraction.werk24.client import Service
from tools.emulators.werk24 import COMPLETED, DROP, FEATURES, META_DATA, SILENCE, Double, elsewhere, refusal

NOT_A_LIST = {**META_DATA, "identifiers": "nonsense", "bill_of_material": [1, {"rows": 2}]}
SCENARIOS: Mapping[str, Sequence[Any]] = {
    "whole": [META_DATA, FEATURES, COMPLETED],
    "dropped": [META_DATA, FEATURES, DROP],
    "malformed": [NOT_A_LIST, COMPLETED],
    "unknown_message": [META_DATA, FEATURES, {"message_type": "?"}, COMPLETED],
    "late": [SILENCE],
    "not_understood": [refusal("DRAWING_CONTENT_NOT_UNDERSTOOD"), COMPLETED],
    "payload_on_loopback": [META_DATA, elsewhere("https://127.0.0.1:9/x"), COMPLETED],
    "nothing": [COMPLETED],
    "refused": [META_DATA, COMPLETED],
}
DRAWING = b"%PDF-1.4 a drawing"


def main(folder: Path) -> int:
    """Play every scenario; answers the exit code."""
    certificate = folder / "certificate.pem"
    certificate.write_bytes(made_certificate())
    certifi.where = lambda: str(certificate)
    (folder / "drawing").write_bytes(DRAWING)
    json.dump({name: asyncio.run(played(name, folder)) for name in SCENARIOS}, sys.stdout)
    return 0


async def played(name: str, folder: Path) -> dict[str, Any]:
    """What was told, and what the double saw."""
    double = Double(SCENARIOS[name])
    async with double.serving(folder / "certificate.pem") as port:
        key = "of-somebody-else" if name == "refused" else double.token
        urls = {"stream_url": f"wss://localhost:{port}/v2", "upload_url": f"https://localhost:{port}"}
        service = Service(key=key, seconds=1.0 if name == "late" else 60.0, **urls)
        told = await asyncio.to_thread(service.ask, folder / "drawing")
    return {**asdict(told), "uploads": [one.decode() for one in double.uploads], "asked": double.asked}


def made_certificate() -> bytes:
    """A key and a certificate that it signed itself, for this machine alone."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    begin = dt.datetime.now(dt.UTC) - dt.timedelta(days=1)
    names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(begin + dt.timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    return private + made.public_bytes(serialization.Encoding.PEM)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
