"""Negative lists and commitments over HTTP."""

from __future__ import annotations

from miniprogram_api.conduct.refusals import CatalogueMisplaced
from miniprogram_api.conduct.schemas.catalogue import (
    CommitmentShown,
    ItemShown,
    ItemWritten,
    PutCommitment,
    PutItem,
)
from miniprogram_api.conduct.service.catalogue import ConductCatalogue
from miniprogram_api.edge.guards import in_estate, in_unit
from miniprogram_api.edge.operations import Call, Routes
from miniprogram_api.kernel.access import Permission
from miniprogram_api.kernel.errors import Conflict

routes = Routes("conduct_catalogue", tag="委员履职")

_TEXT = "/v1/units/<unit_id>/pledge-text"


@routes.get("/v1/estates/<estate_id>/conduct-items", guard=in_estate(Permission.CONDUCT_READ))
def list_conduct_items(call: Call, estate_id: str) -> list[ItemShown]:
    """List the negative list that holds at the estate; samples of ours are marked (VOT-14)."""
    return [ItemShown.of(item) for item in call.service(ConductCatalogue).items_at(estate_id)]


@routes.get("/v1/units/<unit_id>/conduct-items", guard=in_unit(Permission.CONDUCT_CATALOGUE))
def list_conduct_items_of_street(call: Call, unit_id: str) -> list[ItemShown]:
    """List the negative list of a street as it holds now."""
    return [ItemShown.of(item) for item in call.service(ConductCatalogue).items_of(unit_id)]


@routes.put(
    "/v1/units/<unit_id>/conduct-items/<item_id>",
    guard=in_unit(Permission.CONDUCT_CATALOGUE),
    errors=(CatalogueMisplaced, Conflict),
)
def put_conduct_item(call: Call, unit_id: str, item_id: str, body: PutItem) -> ItemWritten:
    """Write an item of a street's negative list, in place of the sample of the same code if there is one."""
    by = call.principal.account_id
    item = call.service(ConductCatalogue).put_item(by, unit_id, item_id, body.text, body.valid, call.now)
    return ItemWritten(item.code, item.text, item.valid)


@routes.get(_TEXT, guard=in_unit(Permission.CONDUCT_CATALOGUE))
def read_pledge_text(call: Call, unit_id: str) -> CommitmentShown:
    """Return the commitment that members sign in a street, the sample where it wrote none (VOT-13)."""
    return CommitmentShown.of(call.service(ConductCatalogue).commitment_of(unit_id))


@routes.put(_TEXT, guard=in_unit(Permission.CONDUCT_CATALOGUE), errors=(CatalogueMisplaced, Conflict))
def put_pledge_text(call: Call, unit_id: str, body: PutCommitment) -> CommitmentShown:
    """Write the commitment of a street; what was signed stays as it was signed."""
    service = call.service(ConductCatalogue)
    return CommitmentShown.of(service.put_commitment(call.principal.account_id, unit_id, body.text, call.now))
