"""The pump delivers as AWS does: failures come again, alone where they can, and end in a place with a name."""

import logging
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from aws_lambda_powertools.utilities.data_classes import DynamoDBStreamEvent, S3Event, SQSEvent

from local.engine import Engine, free_port
from local.pump import Pump, StillWaiting
from tests.local.small_house import House


@pytest.fixture
def house(engine: Engine, tmp_path: Path) -> House:
    return House(engine, tmp_path)


def numbers(event: dict[str, Any]) -> list[int]:
    return [int(record["dynamodb"]["NewImage"]["number"]["N"]) for record in event["Records"]]


def bodies(event: dict[str, Any]) -> list[str]:
    return sorted(record["body"] for record in event["Records"])


def failing(*identifiers: str) -> dict[str, Any]:
    return {"batchItemFailures": [{"itemIdentifier": one} for one in identifiers]}


def test_of_a_batch_of_messages_only_the_failed_one_comes_again(house: House) -> None:
    seen: list[list[str]] = []

    def read_queue(event: dict[str, Any]) -> Any:
        seen.append(bodies(event))
        unlucky = [record["messageId"] for record in event["Records"] if record["body"] == "b"]
        return failing(*unlucky) if len(seen) == 1 else None

    house.functions["read_queue"] = read_queue
    house.send("a", "b", "c")
    house.pump().drain()
    assert seen == [["a", "b", "c"], ["b"]]
    assert house.pump().drain() == 0


def test_a_message_that_fails_three_times_goes_to_the_dead_letters(house: House) -> None:
    tried: list[list[str]] = []
    dead: list[list[str]] = []

    def read_queue(event: dict[str, Any]) -> Any:
        tried.append(bodies(event))
        return failing(*(record["messageId"] for record in event["Records"] if record["body"] == "poison"))

    house.functions |= {"read_queue": read_queue, "read_dead": lambda event: dead.append(bodies(event))}
    house.send("poison", "fine")
    house.pump().drain()
    assert tried == [["fine", "poison"], ["poison"], ["poison"]]
    assert dead == [["poison"]]


def test_a_kept_queue_follows_its_definition(house: House) -> None:
    definition = house.folder / "infra" / "queues.yml"
    definition.write_text(definition.read_text().replace("maxReceiveCount: 3", "maxReceiveCount: 1"))
    house.on(house.engine)
    tried: list[list[str]] = []

    def read_queue(event: dict[str, Any]) -> Any:
        tried.append(bodies(event))
        return failing(*(record["messageId"] for record in event["Records"]))

    house.functions |= {"read_queue": read_queue, "read_dead": lambda event: None}
    house.send("poison")
    house.pump().drain()
    assert tried == [["poison"]]


def test_an_answer_naming_an_unknown_message_fails_the_whole_batch(house: House) -> None:
    seen: list[list[str]] = []

    def read_queue(event: dict[str, Any]) -> Any:
        seen.append(bodies(event))
        return failing("no such message") if len(seen) == 1 else None

    house.functions["read_queue"] = read_queue
    house.send("a", "b")
    house.pump().drain()
    assert seen == [["a", "b"], ["a", "b"]]


def test_a_failing_function_stops_no_other(house: House) -> None:
    seen: list[int] = []

    def read_queue(event: dict[str, Any]) -> None:
        raise RuntimeError("always")

    house.functions |= {
        "read_queue": read_queue,
        "read_dead": lambda event: None,
        "read_stream": lambda event: seen.extend(numbers(event)),
    }
    house.send("a")
    house.write("room", 1)
    house.pump().drain()
    assert seen == [1]


def test_the_stream_keeps_its_order_through_a_failure(house: House) -> None:
    done: list[int] = []
    failed_once: list[int] = []

    def read_stream(event: dict[str, Any]) -> Any:
        for record, number in zip(event["Records"], numbers(event), strict=True):
            if number == 7 and not failed_once:
                failed_once.append(number)
                return failing(record["dynamodb"]["SequenceNumber"])
            done.append(number)
        return None

    house.functions["read_stream"] = read_stream
    for number in range(12):
        house.write("room", number)
    house.pump().drain()
    assert failed_once == [7]
    assert done == list(range(12))


def test_a_record_that_always_fails_is_set_aside_and_the_rest_goes_on(house: House) -> None:
    done: list[int] = []
    tries: list[int] = []

    def read_stream(event: dict[str, Any]) -> None:
        tries.extend(number for number in numbers(event) if number == 2)
        if 2 in numbers(event):
            raise RuntimeError("cannot read 2")
        done.extend(numbers(event))

    house.functions["read_stream"] = read_stream
    for number in range(5):
        house.write("room", number)
    house.pump().drain()
    (aside,) = house.failed_events()
    assert done == [0, 1, 3, 4]
    # In the batches 0-4, 1-4 and 2-4, and then 1 + maximumRetryAttempts times on its own.
    assert len(tries) == 6
    assert aside["function"] == "read_stream"
    assert aside["record"]["dynamodb"]["NewImage"]["number"] == {"N": "2"}


def test_a_new_pump_goes_on_where_the_last_one_stopped(house: House) -> None:
    seen: list[int] = []
    house.functions["read_stream"] = lambda event: seen.extend(numbers(event))
    house.write("room", 1)
    house.pump().drain()  # and never stopped, as after a crash
    house.write("room", 2)
    house.pump().stop()
    house.write("room", 3)
    house.pump().drain()
    assert seen == [1, 2, 3]
    assert house.pump().drain() == 0


def test_nothing_undelivered_is_lost_when_the_engine_stops(tmp_path: Path) -> None:
    seen: list[int] = []
    port = free_port()
    with Engine(tmp_path / "state", port, tmp_path / "log") as engine:
        house = House(engine, tmp_path)
        house.write("room", 1)
        house.send("a")
        house.pump().stop()
    with Engine(tmp_path / "state", port, tmp_path / "log") as engine:
        house.on(engine)
        house.write("room", 2)
        messages: list[str] = []
        house.functions = {
            "read_stream": lambda event: seen.extend(numbers(event)),
            "read_queue": lambda event: messages.extend(bodies(event)),
        }
        house.pump().drain()
        assert house.pump().drain() == 0
    assert seen == [1, 2]
    assert messages == ["a"]


def test_an_upload_is_delivered_once_and_again_when_it_is_replaced(house: House) -> None:
    keys: list[str] = []

    def read_upload(event: dict[str, Any]) -> None:
        keys.extend(record.s3.get_object.key for record in S3Event(event).records)

    house.functions["read_upload"] = read_upload
    house.upload("uploads/est_1/漏水 1+1.jpg", b"first")
    house.upload("elsewhere/ignored.jpg", b"x")
    house.pump().drain()
    assert house.pump().drain() == 0
    house.upload("uploads/est_1/漏水 1+1.jpg", b"second")
    house.pump().drain()
    # As a form would write it: a space is a plus, a plus is %2B.
    assert keys == ["uploads/est_1/%E6%BC%8F%E6%B0%B4+1%2B1.jpg"] * 2


def test_an_upload_nobody_can_handle_is_set_aside_after_three_tries(house: House) -> None:
    tries: list[int] = []

    def read_upload(event: dict[str, Any]) -> None:
        tries.append(1)
        raise RuntimeError("not a picture")

    house.functions["read_upload"] = read_upload
    house.upload("uploads/est_1/broken.jpg", b"")
    house.pump().drain()
    (aside,) = house.failed_events()
    assert len(tries) == 3
    assert "not a picture" in aside["reason"]


CALLED = "small-local-be_called"


def test_calls_are_delivered_in_order_and_by_themselves_if_wanted(house: House) -> None:
    done: list[int] = []
    house.functions |= {"be_called": lambda event: done.append(event["number"]), "read_queue": lambda event: None}
    with house.endpoint() as endpoint:
        pump = house.pump(endpoint)
        for number in range(3):
            endpoint.take_in(CALLED, {"number": number})
        house.send("a")
        pump.work_off("be_called")
        assert done == [0, 1, 2]
        assert pump.drain() == 1, "the message waited"
    with pytest.raises(ValueError, match="unpack"):
        house.pump().work_off("read_queue")


def test_a_call_that_fails_three_times_is_set_aside_and_the_next_goes_on(house: House) -> None:
    tries: list[int] = []

    def be_called(event: dict[str, Any]) -> None:
        tries.append(event["number"])
        if event["number"] < 2:
            raise RuntimeError(f"cannot do {event['number']}")

    house.functions["be_called"] = be_called
    with house.endpoint() as endpoint:
        for number in range(3):
            endpoint.take_in(CALLED, {"number": number})
        house.pump(endpoint).drain()
    aside = {one["record"]["number"]: one for one in house.failed_events()}
    assert tries == [0, 0, 0, 1, 1, 1, 2]
    assert set(aside) == {0, 1}
    assert aside[1]["function"] == "be_called"
    assert "cannot do 1" in aside[1]["reason"]


def test_calls_that_wait_outlive_a_stop(house: House) -> None:
    done: list[int] = []
    house.functions["be_called"] = lambda event: done.append(event["number"])
    with house.endpoint() as endpoint:
        pump = house.pump(endpoint)
        endpoint.take_in(CALLED, {"number": 7})
        pump.stop()
    for _ in range(2):
        with house.endpoint() as endpoint:
            pump = house.pump(endpoint)
            pump.drain()
            pump.stop()
    assert done == [7]


def test_events_have_the_shape_an_independent_reader_expects(house: House) -> None:
    events: dict[str, dict[str, Any]] = {}
    house.functions["read_stream"] = lambda event: events.update(stream=event)
    house.functions["read_queue"] = lambda event: events.update(queue=event)
    house.write("room", 1)
    house.send("msg_1")
    house.pump().drain()
    (change,) = DynamoDBStreamEvent(events["stream"]).records
    (message,) = SQSEvent(events["queue"]).records
    assert change.event_name is not None
    assert change.event_name.name == "INSERT"
    assert change.dynamodb is not None
    assert change.dynamodb.new_image == {"pk": "room", "number": 1, "seal": "AP8="}
    assert change.dynamodb.keys == {"pk": "room"}
    assert change.event_source_arn is not None
    assert f"table-{house.name}/stream/" in change.event_source_arn
    assert message.body == "msg_1"
    assert message.attributes.approximate_receive_count == "1"
    assert message.queue_url.endswith(f"work-{house.name}")


def test_a_drain_that_cannot_end_says_where_it_stuck(house: House) -> None:
    house.functions["read_queue"] = lambda event: house.send("and on")
    house.send("on")
    with pytest.raises(StillWaiting, match=f"queue:work-{house.name}"):
        house.pump().drain(timeout=0.2)


def test_a_job_of_the_clock_can_be_run_at_will(house: House) -> None:
    house.functions["by_clock"] = lambda event: {event["job"]: 3}
    assert house.pump().run_job("one of them") == {"one of them": 3}


def test_the_clock_can_be_made_to_strike(house: House) -> None:
    house.functions["by_clock"] = lambda event: {event["job"]: 3}
    assert house.pump().run_schedules() == {"often": 3, "hourly": 3}


@pytest.fixture
def running(house: House) -> Iterator[Pump]:
    pump = house.pump()
    yield pump
    pump.stop()


class Notice(logging.Handler):
    """Set once something about the named source was logged."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.source = source
        self.given = threading.Event()

    def emit(self, record: logging.LogRecord) -> None:
        if self.source in record.getMessage():
            self.given.set()


def test_in_the_background_it_outlives_an_engine_that_is_away_for_a_moment(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    arrived = threading.Event()
    port = free_port()
    with Engine(tmp_path / "state", port, tmp_path / "log") as engine:
        house = House(engine, tmp_path)
        house.functions["read_queue"] = lambda event: arrived.set()
        trouble = Notice(f"queue:work-{house.name}")
        logger = logging.getLogger("local.pump")
        logger.addHandler(trouble)
        request.addfinalizer(lambda: logger.removeHandler(trouble))
        pump = house.pump()
        pump.start()
    assert trouble.given.wait(10)
    with Engine(tmp_path / "state", port, tmp_path / "log") as engine:
        house.on(engine)
        house.send("after the outage")
        assert arrived.wait(10)
        pump.stop()


def test_in_the_background_it_delivers_as_things_come_and_survives_a_failing_function(
    house: House, running: Pump
) -> None:
    arrived = threading.Event()

    def read_stream(event: dict[str, Any]) -> None:
        arrived.set()

    def read_upload(event: dict[str, Any]) -> None:
        raise RuntimeError("always")

    house.functions |= {"read_stream": read_stream, "read_upload": read_upload}
    house.upload("uploads/est_1/broken.jpg", b"x")
    running.start()
    with pytest.raises(RuntimeError, match="stop the pump"):
        running.drain()
    house.write("room", 1)
    assert arrived.wait(10)
