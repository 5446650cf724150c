"""What streets send and everybody sees of negative lists and commitments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import msgspec

if TYPE_CHECKING:
    from miniprogram_api.conduct.catalogue import Commitment, Item


class PutItem(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An item of the negative list; one that is not ``valid`` takes no new reports."""

    text: Annotated[str, msgspec.Meta(min_length=2, max_length=300, pattern=r"\S")]
    valid: bool = True


class ItemShown(msgspec.Struct, frozen=True):
    """An item; ``sample`` says that it came with the product and no street wrote it."""

    code: str
    text: str
    sample: bool

    @classmethod
    def of(cls, item: Item) -> ItemShown:
        """Return what is shown of an item."""
        return cls(item.code, item.text, item.sample)


class ItemWritten(msgspec.Struct, frozen=True):
    """An item as the street wrote it."""

    code: str
    text: str
    valid: bool


class PutCommitment(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The text that members sign."""

    text: Annotated[str, msgspec.Meta(min_length=20, max_length=5000, pattern=r"\S")]


class CommitmentShown(msgspec.Struct, frozen=True):
    """A commitment; ``digest`` is sent back with the signature, ``sample`` says that no street wrote it."""

    text: str
    digest: str
    sample: bool

    @classmethod
    def of(cls, commitment: Commitment) -> CommitmentShown:
        """Return what is shown of a commitment."""
        return cls(commitment.text, commitment.digest, commitment.sample)
