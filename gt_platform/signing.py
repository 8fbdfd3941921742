"""Signatures of release bundles (Ed25519): who has the public key can tell them from others, without the lake.

The private key is `GT_SIGNING_KEY`, or a file below the home that only its owner may read; it is never in the lake, nor
in a bundle. `cryptography` is imported where it is needed: a night that releases nothing needs none of it.
"""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from gt_platform.errors import GroundTruthError
from gt_platform.keys import write_once
from gt_platform.settings import Settings

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

HEX_DIGITS = 64
"""Of a public key of 32 bytes."""


class SigningError(GroundTruthError):
    """A key that cannot be used."""


@dataclass(frozen=True, kw_only=True)
class Signature:
    """What vouches for some bytes, and whose it is: the public key in hex, and as a PEM file has it."""

    content: bytes
    public_key: str
    pem: bytes


class Signer:
    """Signs with the key of this installation, which is made when it is first needed."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def sign(self, content: bytes) -> Signature:
        """The signature of some bytes. Raises SigningError."""
        return Signature(content=self._key.sign(content), public_key=self.public_key, pem=self.pem)

    @property
    def public_key(self) -> str:
        """Whose signatures these are. Raises SigningError."""
        return self._key.public_key().public_bytes_raw().hex()

    @property
    def pem(self) -> bytes:
        """The same as a file that `openssl` reads."""
        from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

        return self._key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

    @cached_property
    def _key(self) -> "Ed25519PrivateKey":
        given = self._settings.signing_key
        if given is None:
            make(self._settings)
            return _private(key_file(self._settings).read_bytes(), str(key_file(self._settings)))
        text = given.get_secret_value()
        if "-----BEGIN" in text:
            return _private(text.encode(), "GT_SIGNING_KEY")
        try:
            return _private(Path(text).read_bytes(), text)
        except OSError as error:
            raise SigningError(f"GT_SIGNING_KEY: {text} cannot be read: {error.strerror}") from None


def key_file(settings: Settings) -> Path:
    """Where the home keeps its private key."""
    return settings.home.resolve() / "keys" / "signing.pem"


def make(settings: Settings) -> bool:
    """Make a private key where the home has none; False where it has. Whoever comes second finds the first one's."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    if key_file(settings).exists():
        return False
    key = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return write_once(key_file(settings), key)


def public_key(given: str) -> str:
    """The public key, in hex, that is given as that or as a PEM file. Raises SigningError."""
    if len(given) == HEX_DIGITS and all(digit in "0123456789abcdef" for digit in given.lower()):
        return given.lower()
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    try:
        key = load_pem_public_key(Path(given).read_bytes())
    except OSError as error:
        raise SigningError(f"{given}: no public key can be read: {error.strerror}") from None
    except ValueError:
        key = None
    if not isinstance(key, Ed25519PublicKey):
        raise SigningError(f"{given}: is not the PEM of an Ed25519 public key; `gt keys show` prints one")
    return key.public_bytes_raw().hex()


def vouched_for(content: bytes, signature: bytes, key: str) -> bool:
    """Whether the signature of some bytes is that of a public key, given in hex."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        signer = Ed25519PublicKey.from_public_bytes(bytes.fromhex(key))
        signer.verify(signature, content)
    except (InvalidSignature, ValueError):
        return False
    return True


def _private(pem: bytes, where: str) -> "Ed25519PrivateKey":
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        key = load_pem_private_key(pem, password=None)
    except (ValueError, TypeError):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise SigningError(f"{where}: is not the PEM of an Ed25519 private key without a password")
    return key
