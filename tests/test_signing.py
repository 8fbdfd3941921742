"""Keys of an installation: made once, read by their owner alone, and told apart."""

import stat
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from pydantic import SecretStr

from gt_platform.settings import Settings
from gt_platform.signing import Signer, SigningError, key_file, make, public_key, vouched_for


def test_a_home_has_one_key_that_only_its_owner_reads(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    assert make(settings) is True
    kept = key_file(settings).read_bytes()
    assert make(settings) is False
    assert key_file(settings).read_bytes() == kept
    assert stat.S_IMODE(key_file(settings).stat().st_mode) == 0o600
    assert [file.name for file in key_file(settings).parent.iterdir()] == ["signing.pem"]


def test_a_signature_is_of_these_bytes_and_this_key(tmp_path: Path) -> None:
    here, there = Signer(Settings(home=tmp_path / "here")), Signer(Settings(home=tmp_path / "there"))
    signed = here.sign(b"so it is")
    assert vouched_for(b"so it is", signed.content, here.public_key)
    assert not vouched_for(b"so it was", signed.content, here.public_key)
    assert not vouched_for(b"so it is", signed.content, there.public_key)
    assert not vouched_for(b"so it is", b"", here.public_key)
    assert not vouched_for(b"so it is", signed.content, "no key")
    assert Signer(Settings(home=tmp_path / "here")).sign(b"so it is") == signed


def test_openssl_agrees(tmp_path: Path) -> None:
    signed = Signer(Settings(home=tmp_path)).sign(b"so it is")
    for name, content in (("pem", signed.pem), ("sig", signed.content), ("said", b"so it is")):
        (tmp_path / name).write_bytes(content)
    words = ["pkeyutl", "-verify", "-pubin", "-inkey", "pem", "-rawin", "-in", "said", "-sigfile", "sig"]
    assert subprocess.run(["openssl", *words], cwd=tmp_path, check=False, capture_output=True).returncode == 0


def test_a_public_key_is_given_as_a_file_or_in_hex(tmp_path: Path) -> None:
    signer = Signer(Settings(home=tmp_path))
    (tmp_path / "public.pem").write_bytes(signer.pem)
    assert public_key(str(tmp_path / "public.pem")) == signer.public_key
    assert public_key(signer.public_key.upper()) == signer.public_key


def test_a_key_may_come_from_the_environment(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    known = Signer(settings).public_key
    text = key_file(settings).read_text()
    for given in (text, str(key_file(settings))):
        elsewhere = Settings(home=tmp_path / "other", signing_key=SecretStr(given))
        assert Signer(elsewhere).public_key == known
        assert not key_file(elsewhere).exists()


def test_what_is_no_key_is_refused_with_a_sentence(tmp_path: Path) -> None:
    rsa = generate_private_key(public_exponent=65537, key_size=2048)
    (tmp_path / "rsa.pem").write_bytes(rsa.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    pem = rsa.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    (tmp_path / "public.pem").write_bytes(pem)
    with pytest.raises(SigningError, match="no public key can be read"):
        public_key(str(tmp_path / "none.pem"))
    with pytest.raises(SigningError, match="not the PEM of an Ed25519 public key"):
        public_key(str(tmp_path / "public.pem"))
    for given, said in (("rsa.pem", "not the PEM of an Ed25519 private key"), ("none.pem", "cannot be read")):
        with pytest.raises(SigningError, match=said):
            Signer(Settings(home=tmp_path, signing_key=SecretStr(str(tmp_path / given)))).sign(b"")
