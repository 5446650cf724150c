"""Keys as operators paste them work; what cannot work is refused in a plain sentence that quotes nothing."""

from __future__ import annotations

import logging
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from local.wechat_simulator.pay.identities import new_certificate, private_pem, public_pem, rsa_key
from miniprogram_api.wechat.pay import keys
from miniprogram_api.wechat.pay.errors import PayMisconfigured
from miniprogram_api.wechat.pay.keyring import Keyring
from miniprogram_api.wechat.pay.merchant import Merchant, PaySecrets
from miniprogram_api.wechat.pay.wechat_pay import Pay

KEY = rsa_key("merchant of these tests")
PKCS8 = private_pem(KEY)
PKCS1 = KEY.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()).decode()
SPKI = public_pem(KEY)
PKCS1_PUBLIC = KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.PKCS1).decode()


def bare(pem: str) -> str:
    return "".join(pem.strip().splitlines()[1:-1])


SPELLINGS = {
    "as it is": lambda pem: pem,
    "CRLF": lambda pem: pem.replace("\n", "\r\n"),
    "backslash n": lambda pem: pem.replace("\n", "\\n"),
    "backslash r n": lambda pem: pem.replace("\n", "\\r\\n"),
    "one line": lambda pem: pem.replace("\n", " "),
    "bare": bare,
    "bare with breaks": lambda pem: "\n".join(pem.strip().splitlines()[1:-1]),
    "byte-order mark and blanks": lambda pem: f"\ufeff\n  {pem}\n\n",
}


@pytest.mark.parametrize("spell", SPELLINGS.values(), ids=SPELLINGS)
@pytest.mark.parametrize("pem", [PKCS8, PKCS1], ids=["PKCS#8", "PKCS#1"])
def test_a_private_key_is_taken_in_any_spelling(pem, spell):
    assert keys.private_key(spell(pem)).private_numbers() == KEY.private_numbers()


@pytest.mark.parametrize("spell", SPELLINGS.values(), ids=SPELLINGS)
@pytest.mark.parametrize("pem", [SPKI, PKCS1_PUBLIC], ids=["SPKI", "PKCS#1"])
def test_a_public_key_is_taken_in_any_spelling(pem, spell):
    assert keys.platform_key("PUB_KEY_ID_01", spell(pem)).public_numbers() == KEY.public_key().public_numbers()


@pytest.mark.parametrize("spell", SPELLINGS.values(), ids=SPELLINGS)
def test_a_certificate_is_taken_under_its_own_serial_only(spell):
    one = new_certificate("merchant of these tests")
    read = keys.platform_key(one.serial, spell(one.pem))
    assert read.public_numbers() == KEY.public_key().public_numbers()
    with pytest.raises(PayMisconfigured):
        keys.platform_key("5" * 40, spell(one.pem))


def other_private_keys() -> dict[str, str]:
    small = rsa.generate_private_key(public_exponent=65537, key_size=1024)
    elliptic = ec.generate_private_key(ec.SECP256R1())
    locked = KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"secret"))
    return {
        "nothing": "",
        "blanks": "  \n",
        "a word": "changeme",
        "Chinese": "密钥",
        "a public key": SPKI,
        "half of it": PKCS8[:600],
        "too small": private_pem(small),
        "elliptic": elliptic.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode(),
        "with a passphrase": locked.decode(),
        "a surrogate": "-----BEGIN PRIVATE KEY-----\udc80",
    }


@pytest.mark.parametrize(("text"), other_private_keys().values(), ids=other_private_keys())
def test_what_is_no_private_key_is_refused(text):
    with pytest.raises(PayMisconfigured) as refused:
        keys.private_key(text)
    assert refused.value.detail["reason"].startswith("wechat-pay-private-key is ")
    assert refused.value.__context__ is None
    assert not text.strip() or text not in repr(vars(refused.value))


@pytest.mark.parametrize("text", ["", PKCS8, "changeme", SPKI[:200]], ids=["nothing", "private", "word", "half"])
def test_what_is_no_key_of_wechats_is_refused(text):
    with pytest.raises(PayMisconfigured):
        keys.platform_key("PUB_KEY_ID_01", text)


@pytest.mark.parametrize("text", ["", "0" * 31, "0" * 33, "密" * 32, "testMchAPIv3Key0"])
def test_an_apiv3_key_has_32_characters(text):
    with pytest.raises(PayMisconfigured):
        keys.apiv3_key(text)
    assert keys.apiv3_key(f" {'0' * 32}\r\n") == "0" * 32


def test_keys_are_read_by_the_first_use_and_shown_by_nothing(caplog):
    caplog.set_level(logging.DEBUG)
    asked = []

    def secret(name: str, value: str):
        return lambda: asked.append(name) or value

    secrets = PaySecrets(
        private_key=secret("private", PKCS8),
        apiv3_key=secret("apiv3", "k" * 32),
        platform_keys={"PUB_KEY_ID_01": secret("public", SPKI)},
    )
    merchant = Merchant("1900006511", "wx1", "4" * 40, "https://wy.example.cn/p", "https://wy.example.cn/r")
    pay = Pay(merchant=merchant, secrets=secrets, clock=lambda: datetime.now(UTC))
    assert asked == []

    for _ in range(2):
        pay.request_payment("wx1", datetime.now(UTC))

    assert asked == ["private"], "signing reads what signs, once, and nothing else"
    said = repr(pay) + repr(vars(pay)) + repr(secrets) + repr(merchant) + repr(vars(Keyring(secrets))) + caplog.text
    # The keyring holds the APIv3 key; what must not happen is that it prints itself.
    assert "k" * 32 not in repr(pay) + repr(vars(pay)) + repr(Keyring(secrets)) + caplog.text
    assert bare(PKCS8)[:64] not in said


def test_without_any_key_of_wechats_nothing_is_asked(caplog):
    secrets = PaySecrets(lambda: PKCS8, lambda: "k" * 32, {})
    merchant = Merchant("1900006511", "wx1", "4" * 40, "https://wy.example.cn/p", "https://wy.example.cn/r")
    with pytest.raises(PayMisconfigured):
        Pay(merchant=merchant, secrets=secrets, clock=lambda: datetime.now(UTC)).request_payment(
            "wx1", datetime.now(UTC)
        )


def test_importing_the_adapter_loads_no_library():
    import subprocess
    import sys

    program = (
        "import sys, miniprogram_api.wechat.pay.wechat_pay\n"
        "print(sorted({'wechatpayv3', 'cryptography', 'requests', 'urllib3'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=60)
    assert (done.stdout, done.stderr) == ("[]\n", "")
