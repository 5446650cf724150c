"""Outcomes of the pictures' work; each tells the resident or the office in Chinese what to do next."""

from __future__ import annotations

MEGABYTE = 1024 * 1024


class ImagingProblem(Exception):
    """A picture could not be made from what was given; nothing was written.

    ``code`` is stable, ``message`` is the Chinese sentence for the person. The caller maps both.
    """

    code: str = "imaging_problem"
    message: str = "图片处理没有完成，请稍后再试。"

    def __init__(self, message: str | None = None) -> None:
        self.message = message or type(self).message
        super().__init__(self.message)


class UnreadableImage(ImagingProblem):
    """The file is cut short, damaged or not a picture (REP-01)."""

    code = "image_unreadable"
    message = "照片文件已损坏或没有传完，请重新选择照片上传。"


class UnsupportedImageFormat(ImagingProblem):
    """A picture, but not JPEG, PNG or WebP (REP-01)."""

    code = "image_format_unsupported"
    message = "只支持 JPG、PNG、WebP 格式的照片，请换一张，或直接拍照上传。"


class HeicNotSupported(UnsupportedImageFormat):
    """An HEIC or HEIF photo, as iPhones store them; Pillow cannot read it without a plugin (REP-01)."""

    code = "image_heic_unsupported"
    message = (
        "这是苹果手机的高效格式（HEIC）照片，暂时打不开。"
        "请在小程序里直接拍照，或到手机“设置-相机-格式”选“兼容性最佳”后重拍。"
    )


class ImageTooLarge(ImagingProblem):
    """The file holds more bytes than are accepted (REP-01)."""

    code = "image_too_large"
    message = "照片文件太大，请换一张小一点的，或重新拍照上传。"

    def __init__(self, limit_bytes: int) -> None:
        super().__init__(f"照片超过 {limit_bytes // MEGABYTE} MB，请换一张小一点的，或重新拍照上传。")


class TooManyPixels(ImagingProblem):
    """The picture would need too much memory to open (REP-01)."""

    code = "image_too_many_pixels"
    message = "照片尺寸太大，请把相机分辨率调低后重拍，或截图后上传。"


class MissingGlyphs(ImagingProblem):
    """A text of the card holds characters that the card's font cannot draw (CARD-01)."""

    code = "card_missing_glyphs"
    message = "有的字打印不出来，请改用常用字后再生成卡片。"

    def __init__(self, characters: set[str]) -> None:
        self.characters = frozenset(characters)
        shown = "、".join(sorted(characters)[:10])
        super().__init__(f"这些字打印不出来：{shown}。请改用常用字后再生成卡片。")


class TooManyCards(ImagingProblem):
    """More cards than one sheet file holds (CARD-01)."""

    code = "card_sheet_too_long"
    message = "一次打印的卡片太多，请按楼栋分批生成。"

    def __init__(self, limit: int) -> None:
        super().__init__(f"一个文件最多 {limit} 张卡片，请按楼栋分批生成。")
