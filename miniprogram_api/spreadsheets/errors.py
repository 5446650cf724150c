"""Why a workbook is not read."""

from __future__ import annotations

from miniprogram_api.kernel.errors import Invalid, TooLarge


class WorkbookUnreadable(Invalid):
    """The bytes are no .xlsx workbook, or a damaged or encrypted one."""

    code = "workbook_unreadable"
    message = "文件无法打开，请用 Excel 或 WPS 重新保存为 .xlsx 后上传，不要加密码。"


class WorkbookOld(Invalid):
    """The old binary form .xls (or an encrypted workbook, which is packed the same way)."""

    code = "workbook_old"
    message = "这是旧格式或加了密码的文件，请在 Excel 中打开，去掉密码并另存为 .xlsx 后上传。"


class WorkbookTooLarge(TooLarge):
    """Unpacked, the workbook is larger than is read; it may be built to exhaust the reader."""

    code = "workbook_too_large"
    message = "文件内容过大，请拆分为多个文件后上传，每个文件不超过 20000 行。"
