"""A small deployment of its own on the shared engine, with functions that are written in the test."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from uuid import uuid4

from local.deployment import Deployment
from local.engine import Engine
from local.lambda_endpoint import LambdaEndpoint
from local.pump import Pump
from local.resources import client, create_resources

SERVERLESS = """
service: small
params: {{default: {{}}}}
provider: {{environment: {{FP_SECRETS_PATH: /pump-tests, FP_CALLED: small-local-be_called}}}}
functions:
  be_called: {{}}
  read_stream:
    events:
      - stream: {{arn: !GetAtt Table.StreamArn, batchSize: 5, maximumRetryAttempts: 2}}
  read_queue:
    events:
      - sqs: {{arn: !GetAtt Work.Arn, batchSize: 10}}
  read_dead:
    events:
      - sqs: {{arn: !GetAtt Dead.Arn, batchSize: 10}}
  read_upload: {{}}
  by_clock:
    events:
      - schedule: {{rate: rate(5 minutes), input: {{job: often}}}}
      - schedule: {{rate: "cron(1 * * * ? *)", input: {{job: hourly}}}}
"""
TABLE = """
Resources:
  Table:
    Type: AWS::DynamoDB::Table
    Properties:
      TableName: table-{name}
      BillingMode: PAY_PER_REQUEST
      AttributeDefinitions: [{{AttributeName: pk, AttributeType: S}}]
      KeySchema: [{{AttributeName: pk, KeyType: HASH}}]
      StreamSpecification: {{StreamViewType: NEW_AND_OLD_IMAGES}}
      TimeToLiveSpecification: {{AttributeName: expires_at, Enabled: true}}
"""
BUCKETS = """
Resources:
  Uploads:
    Type: AWS::S3::Bucket
    Properties:
      BucketName: uploads-{name}
      NotificationConfiguration:
        LambdaConfigurations:
          - Event: s3:ObjectCreated:*
            Filter: {{S3Key: {{Rules: [{{Name: prefix, Value: uploads/}}]}}}}
            Function: !GetAtt ReadUnderscoreuploadLambdaFunction.Arn
"""
QUEUES = """
Resources:
  Work:
    Type: AWS::SQS::Queue
    Properties:
      QueueName: work-{name}
      VisibilityTimeout: 300
      RedrivePolicy: {{deadLetterTargetArn: !GetAtt Dead.Arn, maxReceiveCount: 3}}
  Dead:
    Type: AWS::SQS::Queue
    Properties: {{QueueName: dead-{name}}}
  FailedEventsQueue:
    Type: AWS::SQS::Queue
    Properties: {{QueueName: failed-{name}}}
"""

Records = list[dict[str, Any]]


class House:
    """One table, one bucket, three queues, and who reads them."""

    def __init__(self, engine: Engine, folder: Path) -> None:
        self.folder = folder
        self.name = uuid4().hex[:12]
        (folder / "infra").mkdir(exist_ok=True)
        (folder / "serverless.yml").write_text(SERVERLESS.format())
        for file, text in (("table.yml", TABLE), ("buckets.yml", BUCKETS), ("queues.yml", QUEUES)):
            (folder / "infra" / file).write_text(text.format(name=self.name))
        self.functions: dict[str, Callable[[dict[str, Any]], Any]] = {}
        self.on(engine)

    def on(self, engine: Engine) -> None:
        self.engine = engine
        self.deployment = Deployment(engine.url, {}, self.folder)
        create_resources(engine, self.deployment, {}, self.folder / "made-from")
        self.queue = self.deployment.queue_url("Work")

    def pump(self, endpoint: LambdaEndpoint | None = None) -> Pump:
        return Pump(self.engine, self.deployment, self.folder / "pump.json", self.invoke, endpoint)

    def endpoint(self) -> LambdaEndpoint:
        return LambdaEndpoint(event.name for event in self.deployment.called_functions())

    def invoke(self, function: str, event: Mapping[str, Any]) -> Any:
        return self.functions[function](json.loads(json.dumps(event)))

    def send(self, *bodies: str) -> None:
        for body in bodies:
            client(self.engine, "sqs").send_message(QueueUrl=self.queue, MessageBody=body)

    def write(self, key: str, number: int) -> None:
        item = {"pk": {"S": key}, "number": {"N": str(number)}, "seal": {"B": b"\x00\xff"}}
        client(self.engine, "dynamodb").put_item(TableName=f"table-{self.name}", Item=item)

    def upload(self, key: str, body: bytes) -> None:
        client(self.engine, "s3").put_object(Bucket=f"uploads-{self.name}", Key=key, Body=body)

    def failed_events(self) -> Records:
        url = self.deployment.queue_url("FailedEventsQueue")
        messages = client(self.engine, "sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
        return [json.loads(message["Body"]) for message in messages]
