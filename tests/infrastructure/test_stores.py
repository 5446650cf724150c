"""The table and the buckets: shaped as the code expects, private, and not lost by a slip."""

from __future__ import annotations

from typing import Any

import pytest

from miniprogram_api.storage.row import INDEXES
from tests.infrastructure.packaged import of_type, referred

Resources = dict[str, dict[str, Any]]


@pytest.fixture
def table(resources: Resources) -> dict[str, Any]:
    (only,) = of_type(resources, "AWS::DynamoDB::Table").values()
    return only


def keys(partition: str, sort: str) -> list[dict[str, str]]:
    return [{"AttributeName": partition, "KeyType": "HASH"}, {"AttributeName": sort, "KeyType": "RANGE"}]


def test_the_table_has_the_keys_and_indexes_the_code_uses(table: dict[str, Any]) -> None:
    assert table["KeySchema"] == keys("pk", "sk")
    indexes = {index["IndexName"]: index for index in table["GlobalSecondaryIndexes"]}
    assert tuple(indexes) == INDEXES == ("gsi1", "gsi2", "gsi3", "gsi4")
    for name, index in indexes.items():
        assert index["KeySchema"] == keys(f"{name}pk", f"{name}sk")
        assert index["Projection"] == {"ProjectionType": "ALL"}
    assert {definition["AttributeType"] for definition in table["AttributeDefinitions"]} == {"S"}
    assert len(table["AttributeDefinitions"]) == 2 + 2 * len(indexes)


def test_the_table_can_be_brought_back_to_any_second_and_is_followed(table: dict[str, Any]) -> None:
    assert table["BillingMode"] == "PAY_PER_REQUEST"
    assert table["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"] is True
    assert table["StreamSpecification"]["StreamViewType"] == "NEW_AND_OLD_IMAGES"
    assert table["TimeToLiveSpecification"] == {"AttributeName": "expires_at", "Enabled": True}


def test_people_s_data_survives_a_deleted_stack(resources: Resources, table: dict[str, Any], stage: str) -> None:
    in_use = stage != "dev"
    assert table["DeletionProtectionEnabled"] is in_use
    for name in ("Table", "MediaBucket"):
        expected = "Retain" if in_use else "Delete"
        assert (resources[name]["DeletionPolicy"], resources[name]["UpdateReplacePolicy"]) == (expected, expected)


def test_every_bucket_is_private_encrypted_and_refuses_plain_http(resources: Resources) -> None:
    buckets = of_type(resources, "AWS::S3::Bucket")
    policies = {
        referred(policy["Bucket"]): policy["PolicyDocument"]["Statement"]
        for policy in of_type(resources, "AWS::S3::BucketPolicy").values()
    }
    assert set(buckets) == set(policies) == {"UploadsBucket", "MediaBucket"}
    closed = ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets")
    for name, bucket in buckets.items():
        assert bucket["PublicAccessBlockConfiguration"] == dict.fromkeys(closed, True), name
        assert bucket["OwnershipControls"]["Rules"] == [{"ObjectOwnership": "BucketOwnerEnforced"}], name
        assert bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"], name
        (statement,) = policies[name]
        assert (statement["Effect"], statement["Principal"], statement["Action"]) == ("Deny", "*", "s3:*"), name
        assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}, name
        assert len(statement["Resource"]) == 2, f"{name}: the bucket and what is in it"


def test_unchecked_uploads_are_gone_after_a_day(resources: Resources) -> None:
    (rule,) = resources["UploadsBucket"]["Properties"]["LifecycleConfiguration"]["Rules"]
    assert (rule["Status"], rule["ExpirationInDays"]) == ("Enabled", 1)
    assert "Prefix" not in rule


def test_only_our_own_page_may_post_uploads_from_a_browser(resources: Resources) -> None:
    (rule,) = resources["UploadsBucket"]["Properties"]["CorsConfiguration"]["CorsRules"]
    variables = resources["ApiLambdaFunction"]["Properties"]["Environment"]["Variables"]
    assert rule["AllowedOrigins"] == [variables["FP_PUBLIC_URL"]]
    assert rule["AllowedMethods"] == ["POST"]
    assert "CorsConfiguration" not in resources["MediaBucket"]["Properties"]
