"""An S3 that enforces what it is told (POST policies, signatures, expiry): SeaweedFS, for the upload tests only."""

import os
import signal
import subprocess
import time
from pathlib import Path
from typing import Self

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from local.engine import HOST, free_port
from local.problems import CannotStart
from local.tool_environment import tool_environment

START_SECONDS = 30
STOP_SECONDS = 15
POLL_SECONDS = 0.05
ACCESS_KEY = "upload-tests"
SECRET_KEY = "upload-tests-secret"


class SeaweedS3:
    """One `weed mini` on loopback with a folder of its own; a context manager.

    Raises (from `start`):
        CannotStart: it did not come up.
    """

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.url = f"http://{HOST}:{self.port}"
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> Self:
        """Start it and return once it answers."""
        program = tool_environment("object-store") / "weed"
        self._folder.mkdir(parents=True, exist_ok=True)
        log = self._folder / "weed.log"
        # Its dozen inner ports are drawn here too, so that two of them can run at once.
        inner = {name: free_port() for name in ("master", "volume", "filer", "webdav", "admin")}
        command = [
            str(program),
            "mini",
            f"-dir={self._folder}",
            f"-ip={HOST}",
            f"-ip.bind={HOST}",
            f"-s3.port={self.port}",
        ]
        command += [f"-{name}.port={port}" for name, port in inner.items()]
        # What the tests do not use stays shut, and it reports to nobody.
        command += ["-s3.port.iceberg=0", "-s3.port.lance=0", "-master.telemetry=false"]
        with log.open("ab") as output:
            environment = {
                **{name: value for name, value in os.environ.items() if not name.startswith("AWS_")},
                "AWS_ACCESS_KEY_ID": ACCESS_KEY,
                "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
            }
            self._process = subprocess.Popen(
                command, env=environment, stdout=output, stderr=subprocess.STDOUT, cwd=self._folder
            )
        if not self._answers_in_time():
            self.stop()
            raise CannotStart(
                f"The object store for the upload tests did not start: the reason is at the end of {log}."
            )
        return self

    def stop(self) -> None:
        """Stop it."""
        if self._process is None:
            return
        process, self._process = self._process, None
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _answers_in_time(self) -> bool:
        """Wait until it knows its own key: it listens a moment before it has read whom it trusts."""
        asked = boto3.client(
            "s3",
            endpoint_url=self.url,
            region_name="us-east-1",
            aws_access_key_id=ACCESS_KEY,
            aws_secret_access_key=SECRET_KEY,
            config=Config(retries={"total_max_attempts": 1}, connect_timeout=1, read_timeout=2),
        )
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self._process is not None and self._process.poll() is None:
            try:
                asked.list_buckets()
            except (BotoCoreError, ClientError):
                time.sleep(POLL_SECONDS)
            else:
                return True
        return False
