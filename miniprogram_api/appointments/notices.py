"""Who is told of a post: a committee member who has yet to sign the commitment (VOT-13)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from miniprogram_api.kernel.notice import Notice, NoticeKind, Recipient

if TYPE_CHECKING:
    from miniprogram_api.appointments.rules import Post


def notices(before: Post | None, after: Post) -> tuple[Notice, ...]:
    """Ask a member to sign, once the post is in their hands: no right of it counts before."""
    just_held = after.account_id is not None and (before is None or before.account_id is None)
    if not just_held or not after.pledge_missing or after.is_over:
        return ()
    return (
        Notice(
            identity=f"{after.reference}:pledge",
            kind=NoticeKind.TASK,
            to=Recipient(account_id=after.account_id),
            title="请签署履职承诺书",
            text=f"您已当选{after.place_name}{after.about.title}，签署履职承诺书后方可履职，请点击签署。",
            page=f"pages/conduct/pledge?estate_id={after.place_id}&id={after.id}",
            estate_id=after.place_id,
            values={"state": "待签署"},
        ),
    )
