"""The box of a ballot: anybody may put a vote in, nobody can look until the key comes (design section 6).

A vote is sealed for the public key of its ballot (X25519, HKDF-SHA256, AES-256-GCM). The private key is made from a
secret that only the ballot office's role may read, so neither the table nor the API can open what the API has sealed.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import TYPE_CHECKING

from miniprogram_api.storage.sealing import SealBroken

if TYPE_CHECKING:
    from collections.abc import Callable

    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

_PUBLIC_BYTES = 32
_NO_NONCE = bytes(12)
"""Every vote has an encryption key of its own, so its nonce may be the same each time."""


def seal_vote(public_key: str, plain: bytes, context: str) -> str:
    """Return a vote sealed for a ballot; ``context`` says which vote it is, and only there it opens."""
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    whose = X25519PublicKey.from_public_bytes(base64.b64decode(public_key))
    once = X25519PrivateKey.generate()
    mine = once.public_key().public_bytes_raw()
    key = _key(once.exchange(whose), mine, base64.b64decode(public_key))
    return base64.b64encode(mine + AESGCM(key).encrypt(_NO_NONCE, plain, context.encode())).decode()


class BallotKeys:
    """The keys of all ballots, each made from one secret and the ballot's id."""

    def __init__(self, secret: Callable[[], bytes]) -> None:
        self._secret = secret

    def public_key(self, ballot_id: str) -> str:
        """Return the public key to put on the ballot."""
        return base64.b64encode(self._private(ballot_id).public_key().public_bytes_raw()).decode()

    def mask(self, ballot_id: str, text: str) -> str:
        """Return a name for ``text`` that only this ballot's office can make: 32 hexadecimal signs."""
        return hmac.digest(self._derived(ballot_id, "mask"), text.encode(), hashlib.sha256).hex()[:32]

    def open(self, ballot_id: str, sealed: str, context: str) -> bytes:
        """Return a vote.

        Raises:
            SealBroken: it was sealed for another ballot or room, or altered.
        """
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        private = self._private(ballot_id)
        try:
            raw = base64.b64decode(sealed, validate=True)
            theirs = raw[:_PUBLIC_BYTES]
            shared = private.exchange(X25519PublicKey.from_public_bytes(theirs))
            key = _key(shared, theirs, private.public_key().public_bytes_raw())
            return AESGCM(key).decrypt(_NO_NONCE, raw[_PUBLIC_BYTES:], context.encode())
        except (InvalidTag, ValueError):
            raise SealBroken(f"a vote of {ballot_id} cannot be opened") from None

    def _private(self, ballot_id: str) -> X25519PrivateKey:
        from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

        return X25519PrivateKey.from_private_bytes(self._derived(ballot_id, "open"))

    def _derived(self, ballot_id: str, purpose: str) -> bytes:
        return hmac.digest(self._secret(), f"ballot\x1f{purpose}\x1f{ballot_id}".encode(), hashlib.sha256)


def _key(shared: bytes, once: bytes, whose: bytes) -> bytes:
    """Return the key of one vote, bound to both public keys (HKDF with one block of output, RFC 5869)."""
    extracted = hmac.digest(b"flowing-property vote", shared, hashlib.sha256)
    return hmac.digest(extracted, once + whose + b"\x01", hashlib.sha256)
