"""The floor: the same reads and the same answers by hand, with boto3 and json and nothing of the house.

No guard, no check of the session's signature, no contract, no log: what is left is what these reads cost anybody.
Both functions take and give what a Lambda function behind an HTTP API takes and gives.
"""

import json
import time
import uuid
from typing import Any

Event = dict[str, Any]
Answer = dict[str, Any]


def open_card(client: Any, table: str, event: Event) -> Answer:
    """One batch read for the face and the card, one put for the scan, the page as JSON."""
    token = event["rawPath"].rsplit("/", 1)[1]
    pk = {"S": f"FACE#{token[:6]}"}
    wanted = [{"pk": pk, "sk": {"S": "FACE"}}, {"pk": pk, "sk": {"S": f"TOKEN#{token[6:]}"}}]
    found = client.batch_get_item(RequestItems={table: {"Keys": wanted, "ConsistentRead": True}})["Responses"][table]
    bodies = {item["kind"]["S"]: _plain(item["body"]) for item in found}
    face, card = bodies["face"], bodies["card_token"]
    now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    scan = {"estate_id": face["estate_id"], "card_id": card["id"], "at": now, "result": "shown"}
    item = {
        "pk": {"S": f"SCANS#{face['estate_id']}#{now[:10]}"},
        "sk": {"S": f"{now}#{uuid.uuid4().hex}"},
        "kind": {"S": "scan"},
        "body": {"M": {name: {"S": value} for name, value in scan.items()}},
    }
    client.put_item(TableName=table, Item=item, ConditionExpression="attribute_not_exists(pk)")
    return _answer({"estate": face["estate_name"], "place": card["place"], "face": face})


def list_board(client: Any, table: str, event: Event, account_id: str) -> Answer:
    """One query for the person, one get for the estate, one query for a page of the board, the lines as JSON."""
    estate_id = event["rawPath"].split("/")[3]
    client.query(
        TableName=table,
        KeyConditionExpression="pk = :pk",
        ExpressionAttributeValues={":pk": {"S": f"ACCOUNT#{account_id}"}},
        ConsistentRead=True,
    )
    client.get_item(
        TableName=table, Key={"pk": {"S": f"ESTATE#{estate_id}"}, "sk": {"S": "ESTATE"}}, ConsistentRead=True
    )
    page = client.query(
        TableName=table,
        IndexName="gsi1",
        KeyConditionExpression="gsi1pk = :pk",
        ExpressionAttributeValues={":pk": {"S": f"ESTATE#{estate_id}#ORDERS#submitted"}},
        Limit=20,
    )
    return _answer({"items": [_plain(item["body"]) for item in page["Items"]], "next": page.get("LastEvaluatedKey")})


def _answer(body: Any) -> Answer:
    return {
        "statusCode": 200,
        "headers": {"content-type": "application/json"},
        "body": json.dumps(body, ensure_ascii=False),
    }


def _plain(typed: dict[str, Any]) -> Any:
    ((form, value),) = typed.items()
    if form == "M":
        return {name: _plain(entry) for name, entry in value.items()}
    if form == "L":
        return [_plain(entry) for entry in value]
    return int(value) if form == "N" else value
