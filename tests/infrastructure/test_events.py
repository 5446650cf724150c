"""Nothing that happens is lost: every event source ends in a queue that calls a person."""

from __future__ import annotations

import json
from typing import Any

from miniprogram_api.container import JOBS
from miniprogram_api.messaging.rules import TRIES
from miniprogram_api.observability import NAMESPACE
from tests.infrastructure.packaged import listed, of_type, referred, statements

Resources = dict[str, dict[str, Any]]
READ_BY_PEOPLE = "FailedEventsQueue"


def may_send(resources: Resources, function: str, queue: str) -> bool:
    """Tell whether a function's role may put messages into a queue."""
    role = resources[referred(resources[function]["Properties"]["Role"])]["Properties"]
    return any(
        "sqs:SendMessage" in listed(statement["Action"])
        and queue in {referred(resource) for resource in listed(statement["Resource"]) if "Fn::GetAtt" in resource}
        for statement in statements(role)
    )


def called_by_others(resources: Resources) -> set[str]:
    """Return the functions that others may call directly."""
    deployed = {
        function["FunctionName"]: name for name, function in of_type(resources, "AWS::Lambda::Function").items()
    }
    return {
        deployed[resource["Fn::Sub"].rpartition(":")[2]]
        for role in of_type(resources, "AWS::IAM::Role").values()
        for statement in statements(role)
        if "lambda:InvokeFunction" in listed(statement["Action"])
        for resource in listed(statement["Resource"])
    }


def test_what_functions_call_is_what_they_find_in_their_environment(resources: Resources) -> None:
    deployed = {
        name: function["FunctionName"] for name, function in of_type(resources, "AWS::Lambda::Function").items()
    }
    for function in of_type(resources, "AWS::Lambda::Function").values():
        variables = function["Environment"]["Variables"]
        assert variables["FP_PAYMENTS_FUNCTION"] == deployed["SettleUnderscorepaymentsLambdaFunction"]
        assert variables["FP_BALLOTS_FUNCTION"] == deployed["BallotUnderscoreofficeLambdaFunction"]
    assert called_by_others(resources) == {
        "SettleUnderscorepaymentsLambdaFunction",
        "BallotUnderscoreofficeLambdaFunction",
    }


def test_every_batch_reports_its_failures_record_by_record(resources: Resources) -> None:
    mappings = of_type(resources, "AWS::Lambda::EventSourceMapping")
    assert len(mappings) == 2
    for name, mapping in mappings.items():
        assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"], name
        assert mapping["Enabled"] is True, name


def test_every_queue_and_stream_sets_aside_what_fails(resources: Resources) -> None:
    for name, mapping in of_type(resources, "AWS::Lambda::EventSourceMapping").items():
        source = referred(mapping["EventSourceArn"])
        if resources[source]["Type"] == "AWS::SQS::Queue":
            redrive = resources[source]["Properties"]["RedrivePolicy"]
            assert referred(redrive["deadLetterTargetArn"]) == READ_BY_PEOPLE, name
        else:
            aside = referred(mapping["DestinationConfig"]["OnFailure"]["Destination"])
            assert aside == READ_BY_PEOPLE, name
            assert may_send(resources, referred(mapping["FunctionName"]), aside), name
            assert mapping["BisectBatchOnFunctionError"] is True, name
            # Without a bound one bad record holds up its shard until it leaves the stream, unseen.
            assert 0 < mapping["MaximumRetryAttempts"] <= 10, name


def test_a_message_is_given_up_before_its_queue_sets_it_aside(resources: Resources) -> None:
    # Room for the tries in which the function could not even give it up.
    assert resources["MessagesQueue"]["Properties"]["RedrivePolicy"]["maxReceiveCount"] >= TRIES + 2


def test_every_asynchronous_call_sets_aside_what_fails(resources: Resources) -> None:
    called = {
        referred(target["Arn"])
        for rule in of_type(resources, "AWS::Events::Rule").values()
        for target in rule["Targets"]
    } | {
        referred(notification["Function"])
        for bucket in of_type(resources, "AWS::S3::Bucket").values()
        for notification in bucket.get("NotificationConfiguration", {}).get("LambdaConfigurations", [])
    }
    assert called == {"SweepLambdaFunction", "ProcessUnderscoreuploadLambdaFunction"}
    called |= called_by_others(resources)
    assert len(called) == 4
    configured = {
        referred(config["FunctionName"]): referred(config["DestinationConfig"]["OnFailure"]["Destination"])
        for config in of_type(resources, "AWS::Lambda::EventInvokeConfig").values()
    }
    assert configured == dict.fromkeys(called, "FailedEventsQueue")
    for function in called:
        assert may_send(resources, function, "FailedEventsQueue"), function


def test_dead_letters_end_where_people_look(resources: Resources) -> None:
    queues = of_type(resources, "AWS::SQS::Queue")
    for name in queues:
        path = [name]
        while "RedrivePolicy" in queues[path[-1]]:
            path.append(referred(queues[path[-1]]["RedrivePolicy"]["deadLetterTargetArn"]))
            assert len(path) == len(set(path)), "dead letters go round in a circle"
        assert path[-1] == READ_BY_PEOPLE, name
    assert queues[READ_BY_PEOPLE]["MessageRetentionPeriod"] == 14 * 24 * 3600


def test_no_message_is_handed_out_again_while_it_is_worked_on(resources: Resources) -> None:
    # Six times the timeout is what AWS asks for: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
    for name, mapping in of_type(resources, "AWS::Lambda::EventSourceMapping").items():
        source = resources[referred(mapping["EventSourceArn"])]
        if source["Type"] == "AWS::SQS::Queue":
            timeout = resources[referred(mapping["FunctionName"])]["Properties"]["Timeout"]
            assert source["Properties"]["VisibilityTimeout"] >= 6 * timeout, name
            # Two is the least AWS takes; reserved concurrency instead would wear messages out by refusing them.
            assert mapping["ScalingConfig"]["MaximumConcurrency"] >= 2, name


def test_queues_are_encrypted(resources: Resources) -> None:
    for name, queue in of_type(resources, "AWS::SQS::Queue").items():
        assert queue["SqsManagedSseEnabled"] is True, name


def test_uploads_call_the_function_that_may_be_called(resources: Resources) -> None:
    bucket = resources["UploadsBucket"]["Properties"]
    (notification,) = bucket["NotificationConfiguration"]["LambdaConfigurations"]
    assert notification["Event"] == "s3:ObjectCreated:*"
    assert notification["Filter"]["S3Key"]["Rules"] == [{"Name": "prefix", "Value": "uploads/"}]
    function = referred(notification["Function"])
    permission = resources["UploadsBucketCallsProcessUpload"]["Properties"]
    assert referred(permission["FunctionName"]) == function
    assert permission["Principal"] == "s3.amazonaws.com"
    assert permission["SourceArn"]["Fn::Sub"].endswith(":::" + bucket["BucketName"]["Fn::Sub"])
    # A bucket's name can pass to somebody else; the account cannot.
    assert permission["SourceAccount"] == {"Ref": "AWS::AccountId"}
    variables = resources[function]["Properties"]["Environment"]["Variables"]
    assert variables["FP_UPLOADS_BUCKET"] == bucket["BucketName"]


def test_the_clock_starts_the_jobs_of_every_rhythm(resources: Resources) -> None:
    rules = of_type(resources, "AWS::Events::Rule").values()
    assert {rule["State"] for rule in rules} == {"ENABLED"}
    when = {json.loads(rule["Targets"][0]["Input"])["job"]: rule["ScheduleExpression"] for rule in rules}
    assert when == {"often": "rate(5 minutes)", "hourly": "cron(1 * * * ? *)"}
    assert set(when) == set(JOBS), "a rhythm nobody calls is a job nobody does"


def test_trouble_calls_a_person(resources: Resources, stage: str) -> None:
    alarms = of_type(resources, "AWS::CloudWatch::Alarm").values()
    watched = {}
    for alarm in alarms:
        (dimension,) = alarm.get("Dimensions") or [{"Value": ""}]
        value = dimension["Value"] if isinstance(dimension["Value"], str) else referred(dimension["Value"])
        watched[alarm["Namespace"], alarm["MetricName"], value] = alarm["Threshold"]
        assert alarm["AlarmActions"] == [{"Ref": "AlarmTopic"}], alarm["AlarmDescription"]
        assert alarm["ComparisonOperator"] == "GreaterThanThreshold", alarm["AlarmDescription"]
    one_is_too_many = {
        ("AWS/Lambda", "Errors", ""),
        ("AWS/Lambda", "Throttles", "ApiLambdaFunction"),
        ("AWS/ApiGateway", "5xx", "HttpApi"),
        ("AWS/SQS", "ApproximateNumberOfMessagesVisible", READ_BY_PEOPLE),
        (NAMESPACE, "NeedsAPerson", stage),
    }
    assert {watched.pop(metric) for metric in one_is_too_many} == {0}
    assert watched == {
        ("AWS/Lambda", "IteratorAge", "TableUnderscorestreamLambdaFunction"): 300_000,  # milliseconds
    }
