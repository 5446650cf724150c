"""The table, buckets, queues and secrets on the engine, made from the definitions in infra/ that are deployed."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from infra.secrets import drawn_secrets
from local.deployment import Deployment
from local.engine import Engine
from local.problems import CannotStart

NOT_FOR_CREATE_TABLE = {"TimeToLiveSpecification", "PointInTimeRecoverySpecification", "DeletionProtectionEnabled"}


def client(engine: Engine, service: str) -> Any:
    """A boto3 client of the engine for the machinery around the application, with no retries to blur what happened."""
    return boto3.client(
        service,
        endpoint_url=engine.url,
        region_name=engine.credentials["AWS_REGION"],
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(retries={"total_max_attempts": 1}, read_timeout=60),
    )


def create_resources(engine: Engine, deployment: Deployment, given_secrets: Mapping[str, str], made_from: Path) -> None:
    """Create what is not there yet; secrets that nobody gives are drawn once and kept.

    `made_from` is the file that remembers which definitions the kept state was made from.

    Raises:
        CannotStart: the kept state was made from another definition of the table, or on another port.
    """
    _refuse_other_definitions(engine, deployment, made_from)
    _create_tables(engine, deployment)
    _create_buckets(engine, deployment)
    _create_queues(engine, deployment)
    create_secrets(engine, deployment, given_secrets)


def _refuse_other_definitions(engine: Engine, deployment: Deployment, made_from: Path) -> None:
    definitions = json.dumps(deployment.resources_of_type("AWS::DynamoDB::Table"), sort_keys=True)
    wanted = {"table": hashlib.sha256(definitions.encode()).hexdigest(), "port": engine.port}
    made = json.loads(made_from.read_text()) if made_from.exists() else wanted
    if made["table"] != wanted["table"]:
        raise CannotStart(
            "The table is defined differently since the kept data was made: run `make reset` to start with fresh data."
        )
    if made["port"] != wanted["port"]:
        # The engine's queues are known by their URL, port included: on another port they would be new, empty ones.
        raise CannotStart(
            f"The kept data needs engine port {made['port']}: FP_ENGINE_PORT={made['port']} make run, or `make reset`."
        )
    made_from.write_text(json.dumps(wanted))


def _create_tables(engine: Engine, deployment: Deployment) -> None:
    dynamodb = client(engine, "dynamodb")
    existing = dynamodb.list_tables()["TableNames"]
    for properties in deployment.resources_of_type("AWS::DynamoDB::Table").values():
        name = properties["TableName"]
        if name in existing:
            continue
        definition = {key: value for key, value in properties.items() if key not in NOT_FOR_CREATE_TABLE}
        definition["StreamSpecification"] = {"StreamEnabled": True, **properties["StreamSpecification"]}
        dynamodb.create_table(**definition)
        dynamodb.update_time_to_live(TableName=name, TimeToLiveSpecification=properties["TimeToLiveSpecification"])


def _create_buckets(engine: Engine, deployment: Deployment) -> None:
    s3 = client(engine, "s3")
    existing = {bucket["Name"] for bucket in s3.list_buckets()["Buckets"]}
    for properties in deployment.resources_of_type("AWS::S3::Bucket").values():
        name = properties["BucketName"]
        if name not in existing:
            s3.create_bucket(Bucket=name)
        if "VersioningConfiguration" in properties:
            s3.put_bucket_versioning(Bucket=name, VersioningConfiguration=properties["VersioningConfiguration"])
        if "CorsConfiguration" in properties:
            s3.put_bucket_cors(Bucket=name, CORSConfiguration={"CORSRules": _cors_rules(properties)})


def _cors_rules(properties: Mapping[str, Any]) -> list[dict[str, Any]]:
    """CloudFormation and S3 name one field differently."""
    return [
        {"MaxAgeSeconds" if name == "MaxAge" else name: value for name, value in rule.items()}
        for rule in properties["CorsConfiguration"]["CorsRules"]
    ]


def _create_queues(engine: Engine, deployment: Deployment) -> None:
    sqs = client(engine, "sqs")
    waiting = deployment.resources_of_type("AWS::SQS::Queue")
    arns: dict[str, str] = {}
    while waiting:
        # A queue can be made once the queue its dead letters go to exists.
        name = next(
            name
            for name, properties in waiting.items()
            if "RedrivePolicy" not in properties or _dead_letter_queue(properties) in arns
        )
        attributes, queue_name = _queue_attributes(waiting.pop(name), arns)
        # Made plain and then set: a queue of the kept state may come from another definition.
        url = sqs.create_queue(QueueName=queue_name)["QueueUrl"]
        sqs.set_queue_attributes(QueueUrl=url, Attributes=attributes)
        arns[name] = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]


def _dead_letter_queue(properties: Mapping[str, Any]) -> str:
    return str(properties["RedrivePolicy"]["deadLetterTargetArn"]).removesuffix(".Arn")


def _queue_attributes(properties: dict[str, Any], arns: Mapping[str, str]) -> tuple[dict[str, str], str]:
    attributes = {
        name: str(value).lower() if isinstance(value, bool) else str(value)
        for name, value in properties.items()
        if name not in {"QueueName", "RedrivePolicy"}
    }
    if "RedrivePolicy" in properties:
        target = arns[_dead_letter_queue(properties)]
        attributes["RedrivePolicy"] = json.dumps(properties["RedrivePolicy"] | {"deadLetterTargetArn": target})
    return attributes, properties["QueueName"]


def create_secrets(engine: Engine, deployment: Deployment, given: Mapping[str, str]) -> None:
    """Write the secrets an operator writes, and draw once what nobody gives."""
    ssm = client(engine, "ssm")
    path = deployment.environment()["FP_SECRETS_PATH"]
    for name, value in given.items():
        ssm.put_parameter(Name=f"{path}/{name}", Value=value, Type="SecureString", Overwrite=True)
    for name, value in drawn_secrets().items():
        if name in given:
            continue
        try:
            ssm.put_parameter(Name=f"{path}/{name}", Value=value, Type="SecureString", Overwrite=False)
        except ClientError as failure:
            if failure.response["Error"]["Code"] != "ParameterAlreadyExists":
                raise
