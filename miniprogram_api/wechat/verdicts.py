"""What WeChat's content check says of a text or a picture (version 2 of the interface)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from miniprogram_api.wechat.errors import ContentRisky

CLEAN_LABEL = 100


class Suggestion(StrEnum):
    """What WeChat advises: let it through, have a person look, or refuse it."""

    PASS = "pass"  # noqa: S105
    REVIEW = "review"
    RISKY = "risky"

    @classmethod
    def read(cls, value: object) -> Suggestion:
        """WeChat's word; anything unknown or missing needs a person, it is never a pass."""
        try:
            return cls(str(value))
        except ValueError:
            return cls.REVIEW


@dataclass(frozen=True)
class TextVerdict:
    """The judgement of a text; ``label`` is WeChat's number (100 clean, 10001 advertisement, 20001 politics ...)."""

    suggest: Suggestion
    label: int
    trace_id: str

    def require_not_risky(self) -> None:
        """Let a text through that is clean, or that only a person can judge.

        Raises:
            ContentRisky: WeChat advises to refuse it.
        """
        if self.suggest is Suggestion.RISKY:
            raise ContentRisky(label=self.label)


@dataclass(frozen=True)
class MediaVerdict:
    """The judgement of a picture.

    ``errcode`` other than 0: it was not judged (-1008, WeChat could not fetch it), and ``suggest`` is then "review".
    """

    trace_id: str
    suggest: Suggestion
    label: int
    errcode: int

    @property
    def is_clean(self) -> bool:
        """Whether WeChat saw the picture and lets it through."""
        return self.suggest is Suggestion.PASS
