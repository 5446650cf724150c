"""The engine keeps its state over a clean stop, and says in one sentence what stands in its way."""

import os
import signal
import socket
from pathlib import Path

import pytest

from local.engine import HOST, Engine, free_port
from local.problems import CannotStart
from local.resources import client


def kill_hard(engine: Engine) -> None:
    os.kill(engine.process_id, signal.SIGKILL)
    os.waitpid(engine.process_id, 0)


def put_note(engine: Engine, text: str) -> None:
    ssm = client(engine, "ssm")
    ssm.put_parameter(Name="/note", Value=text, Type="String", Overwrite=True)


def read_note(engine: Engine) -> str:
    return client(engine, "ssm").get_parameter(Name="/note")["Parameter"]["Value"]


def make_table(engine: Engine) -> None:
    client(engine, "dynamodb").create_table(
        TableName="notes",
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
    )


def test_a_clean_stop_keeps_tables_and_objects(tmp_path: Path) -> None:
    with Engine(tmp_path, free_port(), tmp_path / "log") as engine:
        make_table(engine)
        client(engine, "dynamodb").put_item(TableName="notes", Item={"pk": {"S": "三号楼"}})
        client(engine, "s3").create_bucket(Bucket="papers")
        client(engine, "s3").put_object(Bucket="papers", Key="card.png", Body=b"\x89PNG")
    with Engine(tmp_path, free_port(), tmp_path / "log") as engine:
        items = client(engine, "dynamodb").scan(TableName="notes")["Items"]
        body = client(engine, "s3").get_object(Bucket="papers", Key="card.png")["Body"].read()
    assert items == [{"pk": {"S": "三号楼"}}]
    assert body == b"\x89PNG"


def test_a_killed_engine_leaves_state_that_is_refused_with_what_to_do(tmp_path: Path) -> None:
    engine = Engine(tmp_path, free_port(), tmp_path / "log").start()
    put_note(engine, "never written")
    kill_hard(engine)
    with pytest.raises(CannotStart, match="half written: run `make reset`"):
        Engine(tmp_path, free_port(), tmp_path / "log").start()


def test_an_engine_ended_by_hand_has_written_everything_and_may_start_again(tmp_path: Path) -> None:
    """The whole program died, the engine lived on, and a person ended it with a plain `kill`."""
    port = free_port()
    engine = Engine(tmp_path, port, tmp_path / "log").start()
    make_table(engine)
    put_note(engine, "kept")
    with pytest.raises(CannotStart, match=rf"kill {engine.process_id}$"):
        Engine(tmp_path, free_port(), tmp_path / "log").start()
    os.kill(engine.process_id, signal.SIGTERM)
    os.waitpid(engine.process_id, 0)
    with Engine(tmp_path, port, tmp_path / "log") as again:
        assert read_note(again) == "kept"


def test_a_busy_port_is_named_with_the_setting_that_moves_it(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind((HOST, 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(CannotStart, match=rf"^Port {port} .* already in use: .*FP_ENGINE_PORT="):
            Engine(tmp_path, port, tmp_path / "log").start()
    assert not (tmp_path / "running").exists()


def test_it_listens_on_loopback_only(engine: Engine) -> None:
    listening = Path("/proc/net/tcp").read_text().splitlines() + Path("/proc/net/tcp6").read_text().splitlines()
    addresses = {
        line.split()[1] for line in listening if line.split()[1].endswith(f":{engine.port:04X}") and " 0A " in line
    }
    assert addresses == {f"0100007F:{engine.port:04X}"}
