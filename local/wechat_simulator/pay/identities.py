"""Who signs with what: WeChat's public key and certificates, the merchants and their keys. Made anew per process."""

from __future__ import annotations

import base64
import functools
import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from cryptography.x509.oid import NameOID

DIRECT_MCHID = "1900006511"
PROVIDER_MCHID = "1900007511"
COMPANIES = ("1900008511", "1900008512")


@functools.cache
def rsa_key(use: str) -> rsa.RSAPrivateKey:
    """A key pair per use and process: making one takes a tenth of a second."""
    del use
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def sign(key: rsa.RSAPrivateKey, *lines: str) -> str:
    """The Base64 RSA-SHA256 signature over the lines, each ended by a line feed."""
    message = "".join(f"{line}\n" for line in lines).encode()
    return base64.b64encode(key.sign(message, PKCS1v15(), SHA256())).decode()


def is_signed(key: rsa.RSAPublicKey, signature: str, *lines: str) -> bool:
    """Whether the signature over the lines was made with the private half of ``key``."""
    message = "".join(f"{line}\n" for line in lines).encode()
    try:
        key.verify(base64.b64decode(signature, validate=True), message, PKCS1v15(), SHA256())
    except (InvalidSignature, ValueError):
        return False
    return True


def private_pem(key: rsa.RSAPrivateKey) -> str:
    """The PKCS#8 PEM, as in apiclient_key.pem."""
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def public_pem(key: rsa.RSAPrivateKey) -> str:
    """The PEM of the public half, as in pub_key.pem."""
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def _certificate(key: rsa.RSAPrivateKey, serial: str) -> str:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Simulated WeChat Pay")])
    begins = datetime.now(UTC) - timedelta(days=1)
    builder = x509.CertificateBuilder(name, name, key.public_key(), int(serial, 16))
    ended = builder.not_valid_before(begins).not_valid_after(begins + timedelta(days=5 * 365))
    return ended.sign(key, SHA256()).public_bytes(Encoding.PEM).decode()


@dataclass
class Signer:
    """One of WeChat's keys and the value of ``Wechatpay-Serial`` it goes by."""

    serial: str
    key: rsa.RSAPrivateKey = field(repr=False)
    pem: str = field(repr=False)


def new_public_key(use: str = "platform") -> Signer:
    """A WeChat Pay public key, which never expires."""
    key = rsa_key(use)
    return Signer(f"PUB_KEY_ID_01{secrets.randbelow(10**26):026}", key, public_pem(key))


def new_certificate(use: str = "certificate") -> Signer:
    """A platform certificate, the older way."""
    key, serial = rsa_key(use), f"5{secrets.token_hex(20).upper()[1:]}"
    return Signer(serial, key, _certificate(key, serial))


@dataclass
class Merchant:
    """A merchant as WeChat knows it; ``sub_mchids`` are the companies of a service provider."""

    mchid: str
    sub_mchids: tuple[str, ...] = ()
    serial: str = field(default_factory=lambda: f"4{secrets.token_hex(20).upper()[1:]}")
    apiv3_key: str = field(default_factory=lambda: secrets.token_hex(16), repr=False)

    @property
    def key(self) -> rsa.RSAPrivateKey:
        """Its API key pair."""
        return rsa_key(self.mchid)

    @property
    def provider(self) -> bool:
        """Whether it takes payments for others."""
        return bool(self.sub_mchids)
