"""What members and officials send and see of commitments, and of what members told voluntarily."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated

import msgspec

from miniprogram_api.appointments.rules import PostState
from miniprogram_api.conduct.composition import Background
from miniprogram_api.conduct.schemas.catalogue import CommitmentShown
from miniprogram_api.conduct.schemas.steps import ProofIds

if TYPE_CHECKING:
    from miniprogram_api.appointments.rules import Post
    from miniprogram_api.conduct.catalogue import Commitment
    from miniprogram_api.conduct.composition import Composition
    from miniprogram_api.conduct.pledge import Pledge


class Sign(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """That the person read the commitment of this digest and signs it."""

    digest: Annotated[str, msgspec.Meta(min_length=16, max_length=16)]


class PaperPledge(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A signature on paper, with photos of it."""

    signed_on: date
    photo_ids: ProofIds


class BackgroundTold(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a member tells voluntarily; null takes it back."""

    party_member: bool | None
    concurrent_post: Annotated[str, msgspec.Meta(min_length=1, max_length=60)] | None

    def background(self) -> Background:
        """Return it as the house speaks of it."""
        return Background(self.party_member, self.concurrent_post)


class OwnSeat(msgspec.Struct, frozen=True):
    """A seat one holds, what one told, and the commitment as it reads now."""

    post_id: str
    estate_id: str
    estate_name: str
    committee_id: str
    title: str
    state: PostState
    pledge_missing: bool
    held_for_case: bool
    commitment: CommitmentShown
    starts_on: date
    ends_on: date | None = None
    pledged_at: datetime | None = None
    party_member: bool | None = None
    concurrent_post: str | None = None

    @classmethod
    def of(cls, post: Post, commitment: Commitment) -> OwnSeat:
        """Return what a member sees of their seat."""
        return cls(
            post_id=post.id,
            estate_id=post.place_id,
            estate_name=post.place_name,
            committee_id=post.body_id or "",
            title=post.about.title,
            state=post.state,
            pledge_missing=post.pledge_missing,
            held_for_case=bool(post.held_for),
            commitment=CommitmentShown.of(commitment),
            starts_on=post.starts_on,
            ends_on=post.ends_on,
            pledged_at=post.pledged_at,
            party_member=post.about.party_member,
            concurrent_post=post.about.concurrent_post,
        )


class PledgeShown(msgspec.Struct, frozen=True):
    """A signed commitment; ``photo_ids`` where it was signed on paper."""

    post_id: str
    committee_id: str
    text: str
    sample: bool
    signed_on: date
    signed_at: datetime
    on_paper: bool
    photo_ids: tuple[str, ...]

    @classmethod
    def of(cls, pledge: Pledge) -> PledgeShown:
        """Return what is shown of a signed commitment."""
        return cls(
            post_id=pledge.post_id,
            committee_id=pledge.body_id,
            text=pledge.text,
            sample=pledge.sample,
            signed_on=pledge.signed_on,
            signed_at=pledge.signed_at,
            on_paper=pledge.signed_by is None,
            photo_ids=pledge.photo_ids,
        )


class ConcurrentPosts(msgspec.Struct, frozen=True):
    """How many members hold a post besides."""

    post: str
    members: int


class CompositionShown(msgspec.Struct, frozen=True):
    """A committee's figures from what members told; ``warning`` is there while party members are no majority."""

    members: int
    party_members: int
    not_said: int
    party_majority: bool
    concurrent: list[ConcurrentPosts]
    warning: str | None = None

    @classmethod
    def of(cls, figures: Composition) -> CompositionShown:
        """Return what community and street see."""
        counted = f"{figures.party_members}/{figures.members}，{figures.not_said} 人未填报"
        short = f"党员委员未过半（{counted}），请按当地要求关注。"
        return cls(
            members=figures.members,
            party_members=figures.party_members,
            not_said=figures.not_said,
            party_majority=figures.party_majority,
            concurrent=[ConcurrentPosts(post, members) for post, members in figures.concurrent],
            warning=None if figures.party_majority else short,
        )
