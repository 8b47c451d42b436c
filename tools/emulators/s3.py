"""Amazon S3's stand-in: moto's server, as a process of its own, so that any number of processes may speak to it.

It keeps everything in memory, answers to any credentials, and checks none.
"""

from __future__ import annotations

import sys
import urllib.request
from importlib.util import find_spec

from tools.emulators import process
from tools.emulators.process import LOOPBACK, Missing, Running, free_port

#: What boto3 has to be told to speak to it: some credentials and region, and nothing of this machine's own configuration.
ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "nobody",
    "AWS_SECRET_ACCESS_KEY": "nothing",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_CONFIG_FILE": "/nowhere",
    "AWS_SHARED_CREDENTIALS_FILE": "/nowhere",
}


def start() -> Running:
    """An empty server; raises Missing where moto is not installed with what its server needs."""
    if find_spec("moto") is None or find_spec("flask_cors") is None:
        raise Missing("S3 on loopback needs the Python package moto[s3,server].")
    port = free_port()
    command = [sys.executable, "-W", "ignore", "-m", "moto.server", "--host", LOOPBACK, "--port", str(port)]
    return process.start("moto", command, port)


def environment(running: Running) -> dict[str, str]:
    """The environment of a process whose S3 is this one."""
    return {**ENVIRONMENT, "AWS_ENDPOINT_URL_S3": running.url}


def make_bucket(address: str, name: str) -> None:
    """Make a bucket at ``address`` (``http://host:port``), or leave it as it is there."""
    request = urllib.request.Request(f"{address}/{name}", method="PUT")  # noqa: S310 - loopback
    urllib.request.urlopen(request).close()  # noqa: S310 - loopback
