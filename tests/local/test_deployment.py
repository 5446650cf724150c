"""What runs on one machine is what serverless.yml deploys."""

import yaml

from local.deployment import BucketEvent, CallEvent, Deployment, HttpRoute, QueueEvent, ScheduleEvent, StreamEvent
from local.invocation import LambdaContext
from local.schedules import next_run
from local.tool_environment import REPOSITORY
from miniprogram_api.settings import Settings

DEPLOYMENT = Deployment("http://127.0.0.1:8601", {"publicUrl": "http://127.0.0.1:8600"})
EVENTS = list(DEPLOYMENT.events())


class _AnyTag(yaml.SafeLoader):
    """YAML whose CloudFormation tags do not matter here."""


_AnyTag.add_multi_constructor("!", lambda loader, suffix, node: None)


def test_every_deployed_function_is_called_by_something_on_this_machine_too() -> None:
    deployed = set(yaml.load((REPOSITORY / "serverless.yml").read_text(), Loader=_AnyTag)["functions"])
    assert {event.function for event in EVENTS} == deployed - {"api"}


def test_the_pieces_are_wired_as_the_interfaces_say() -> None:
    environment = DEPLOYMENT.environment()
    called = {type(event): event for event in EVENTS}
    queues = {event.function: event.queue for event in EVENTS if isinstance(event, QueueEvent)}
    assert called[StreamEvent] == StreamEvent("table_stream", environment["FP_TABLE"], 25, 6)
    assert called[BucketEvent] == BucketEvent("process_upload", environment["FP_UPLOADS_BUCKET"], "uploads/")
    assert DEPLOYMENT.called_functions() == [
        CallEvent("settle_payments", environment["FP_PAYMENTS_FUNCTION"]),
        CallEvent("ballot_office", environment["FP_BALLOTS_FUNCTION"]),
    ]
    assert queues["send_messages"] == environment["FP_MESSAGES_QUEUE_URL"]
    assert {event.method for event in EVENTS if isinstance(event, HttpRoute)} == {"GET", "POST"}


def test_the_settings_find_all_they_need_in_the_environment() -> None:
    settings = Settings.from_environment({**DEPLOYMENT.environment(), "AWS_REGION": "us-east-1"})
    assert settings.stage == "local"
    assert settings.public_url == "http://127.0.0.1:8600"


def test_every_schedule_is_one_the_pump_can_keep() -> None:
    schedules = [event for event in EVENTS if isinstance(event, ScheduleEvent)]
    assert schedules
    assert all(next_run(event.when, 0) > 0 for event in schedules)


def test_a_context_counts_down_and_names_its_invocation() -> None:
    one, other = LambdaContext("sweep"), LambdaContext("sweep")
    assert 0 < one.get_remaining_time_in_millis() <= 300_000
    assert one.aws_request_id != other.aws_request_id
