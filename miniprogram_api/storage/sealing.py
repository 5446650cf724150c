"""Personal data at rest: encrypted for reading back, hashed with a key for looking up (design section 8)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE_BYTES = 12


class SealBroken(RuntimeError):
    """Stored personal data cannot be read: a fault of ours (a lost key, a mixed-up field), not of the person asking."""


class Sealer:
    """Encrypts short texts (AES-256-GCM) and makes keyed hashes of them.

    The two keys are fetched when first needed, and the cipher is imported then: most requests touch no personal data.
    """

    def __init__(self, data_key: Callable[[], bytes], index_key: Callable[[], bytes]) -> None:
        self._data_key = data_key
        self._index_key = index_key

    def seal(self, text: str, purpose: str) -> str:
        """Return ``text`` encrypted for one purpose (``"phone"``); two calls give two different results."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        sealed = self._cipher().encrypt(nonce, text.encode(), purpose.encode())
        return base64.b64encode(nonce + sealed).decode()

    def open(self, sealed: str, purpose: str) -> str:
        """Return the text.

        Raises:
            SealBroken: the seal was made for another purpose or with another key, or was altered.
        """
        from cryptography.exceptions import InvalidTag

        try:
            raw = base64.b64decode(sealed, validate=True)
            return self._cipher().decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], purpose.encode()).decode()
        except (InvalidTag, ValueError):
            raise SealBroken(f"a seal for {purpose} cannot be opened") from None

    def index(self, text: str, purpose: str) -> str:
        """Return the keyed hash under which ``text`` is looked up: the same each time, unreadable without the key."""
        return hmac.digest(self._index_key(), f"{purpose}\x1f{text}".encode(), hashlib.sha256).hex()

    def _cipher(self) -> AESGCM:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        return AESGCM(self._data_key())
