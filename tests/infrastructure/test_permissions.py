"""Each function may do its own work and nothing else, in whichever partition it runs."""

from __future__ import annotations

from typing import Any

from layers.botocore_data import OPERATIONS
from tests.infrastructure.packaged import everything_in, listed, of_type, referred, statements

Resources = dict[str, dict[str, Any]]


def roles(resources: Resources) -> dict[str, dict[str, Any]]:
    """Return the role of every function, by the function's name."""
    functions = of_type(resources, "AWS::Lambda::Function")
    return {name: resources[referred(function["Role"])]["Properties"] for name, function in functions.items()}


def actions_of(resources: Resources, function: str) -> set[str]:
    """Return every action a function may take, on whatever."""
    role = roles(resources)[f"{function}LambdaFunction"]
    return {action for statement in statements(role) for action in listed(statement["Action"])}


def test_no_two_functions_share_a_role(resources: Resources) -> None:
    functions = of_type(resources, "AWS::Lambda::Function").values()
    used = [referred(function["Role"]) for function in functions]
    assert sorted(used) == sorted(of_type(resources, "AWS::IAM::Role"))


def test_no_role_allows_everything_or_on_everything(resources: Resources) -> None:
    for name, role in of_type(resources, "AWS::IAM::Role").items():
        assert "ManagedPolicyArns" not in role, f"{name}: AWS's own policies are wider than any one function"
        assert statements(role), name
        for statement in statements(role):
            assert statement["Effect"] == "Allow", name
            for action in listed(statement["Action"]):
                assert "*" not in action, name
            for resource in listed(statement["Resource"]):
                assert isinstance(resource, dict), f"{name}: {resource} is not a resource of this stack"
                assert resource.get("Fn::Sub", "") != "*", name


def test_only_lambda_takes_a_role(resources: Resources) -> None:
    for name, role in of_type(resources, "AWS::IAM::Role").items():
        (statement,) = role["AssumeRolePolicyDocument"]["Statement"]
        assert statement["Principal"] == {"Service": "lambda.amazonaws.com"}, name


def test_nobody_may_scan_and_no_action_is_invented(resources: Resources) -> None:
    for name in roles(resources):
        allowed = actions_of(resources, name.removesuffix("LambdaFunction"))
        assert "dynamodb:Scan" not in allowed, name
        # A transaction needs the actions it is made of: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/
        # transaction-apis-iam.html
        assert not {action for action in allowed if "Transact" in action}, name
        assert {
            "dynamodb:PutItem",
            "dynamodb:UpdateItem",
            "dynamodb:DeleteItem",
            "dynamodb:ConditionCheckItem",
        } <= allowed


def test_every_function_may_write_its_own_log_and_no_other(resources: Resources) -> None:
    functions = of_type(resources, "AWS::Lambda::Function")
    for name, role in roles(resources).items():
        (log,) = [statement for statement in statements(role) if "logs:PutLogEvents" in listed(statement["Action"])]
        group = resources[referred(log["Resource"])]["Properties"]["LogGroupName"]
        assert group == f"/aws/lambda/{functions[name]['FunctionName']}"


SECRETS = {
    "Api": {
        *("session-keys", "data-key", "index-key", "operator-code", "subscribe-templates", "wechat-app-secret"),
        *("wechat-pay-private-key", "wechat-pay-public-key", "wechat-pay-second-key"),
    },
    # It proves and opens what WeChat sends; what signs a request it cannot read.
    "PayUnderscorenotify": {"wechat-pay-apiv3-key", "wechat-pay-public-key", "wechat-pay-second-key"},
    "SettleUnderscorepayments": {
        *("index-key", "wechat-pay-private-key", "wechat-pay-public-key", "wechat-pay-second-key"),
    },
    # Whoever can write a vote cannot open it: the API lacks this key.
    "BallotUnderscoreoffice": {"ballot-key", "data-key", "index-key"},
    "WechatUnderscorepush": {"wechat-push-token", "wechat-push-aes-key", "index-key"},
    "TableUnderscorestream": {"index-key"},
    "SendUnderscoremessages": {"data-key", "subscribe-templates", "wechat-app-secret"},
    "ProcessUnderscoreupload": {"data-key", "wechat-app-secret"},
    "Sweep": {"data-key", "index-key"},
}


def test_every_function_reads_its_own_secrets_of_its_own_stage_and_no_other(resources: Resources, stage: str) -> None:
    read: dict[str, set[str]] = {}
    for name, role in roles(resources).items():
        names = read.setdefault(name.removesuffix("LambdaFunction"), set())
        for statement in statements(role):
            if any(action.startswith("ssm:") for action in listed(statement["Action"])):
                assert listed(statement["Action"]) == ["ssm:GetParameter"]
                for resource in listed(statement["Resource"]):
                    folder, _, secret = resource["Fn::Sub"].partition(":parameter")[2].rpartition("/")
                    assert folder == f"/flowing-property/{stage}"
                    names.add(secret)
    assert read == SECRETS


def test_only_the_stream_puts_messages_into_the_queue(resources: Resources) -> None:
    # A request that wrote and then sent could lose the message in between: what is sent follows from the table.
    senders = {
        name
        for name, role in roles(resources).items()
        for statement in statements(role)
        if "sqs:SendMessage" in listed(statement["Action"])
        and {"Fn::GetAtt": ["MessagesQueue", "Arn"]} in listed(statement["Resource"])
    }
    assert senders == {"TableUnderscorestreamLambdaFunction"}


def test_whatever_a_role_allows_the_layer_can_ask(resources: Resources) -> None:
    allowed = {
        action for name in roles(resources) for action in actions_of(resources, name.removesuffix("LambdaFunction"))
    }
    # Lambda itself writes the log.
    assert {action.partition(":")[0] for action in allowed} - {"logs"} == set(OPERATIONS)


def test_only_who_hands_work_on_may_call_another_function(resources: Resources) -> None:
    called: dict[str, set[str]] = {}
    for name, role in roles(resources).items():
        for statement in statements(role):
            if "lambda:InvokeFunction" in listed(statement["Action"]):
                for resource in listed(statement["Resource"]):
                    function = resource["Fn::Sub"].rpartition("-")[2]
                    called.setdefault(function, set()).add(name.removesuffix("LambdaFunction"))
    assert called == {
        "settle_payments": {"Api", "PayUnderscorenotify", "SettleUnderscorepayments", "Sweep"},
        "ballot_office": {"Api", "BallotUnderscoreoffice", "Sweep"},
    }


def test_the_template_names_no_partition_and_needs_nothing_china_lacks(template: dict[str, Any]) -> None:
    for value in everything_in(template):
        assert not (isinstance(value, str) and "arn:aws" in value), value
        assert not (isinstance(value, str) and ".amazonaws.com" in value and value.startswith("http")), value
    for kind in ("AWS::Lambda::Url", "AWS::Scheduler::Schedule", "AWS::CloudFront::Distribution"):
        assert kind not in {resource["Type"] for resource in template["Resources"].values()}
    assert "SnapStart" not in set(filter(lambda value: isinstance(value, str), everything_in(template)))
