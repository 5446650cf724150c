"""Scanning a printed card with a decoder that is not ours."""

from __future__ import annotations

import io

import zxingcpp
from PIL import Image
from pypdf import PdfReader


def read_sheet(document: bytes) -> list[str]:
    """Return the addresses in all QR codes of a printed PDF sheet."""
    pictures = [image.image for page in PdfReader(io.BytesIO(document)).pages for image in page.images]
    found = [str(code.text) for picture in pictures if picture for code in zxingcpp.read_barcodes(picture)]
    if not found:
        raise NoCode
    return found


class NoCode(ValueError):
    """The picture holds no readable QR code."""


def read_card(picture: bytes) -> str:
    """Return the address in the QR code of a picture."""
    found = zxingcpp.read_barcodes(Image.open(io.BytesIO(picture)))
    if not found:
        raise NoCode
    return str(found[0].text)
