"""Keys and certificates that the tests' own clients trust."""

import os
import subprocess


def openssl(*words):
    """What it prints, as bytes."""
    return subprocess.run(["openssl", *map(str, words)], check=True, capture_output=True).stdout


def dkim_record(key):
    """The TXT record that tells the public half of an RSA key file."""
    public = openssl("pkey", "-in", key, "-pubout").decode().splitlines()
    return "v=DKIM1; k=rsa; p=" + "".join(public[1:-1])


def make_certificate(folder, name):
    openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
            "-days", "30", "-subj", f"/CN={name}",
            "-addext", f"subjectAltName=DNS:{name},IP:127.0.0.1",
            "-keyout", folder / "new.key", "-out", folder / "new.pem")
    # Replaced as a tool for certificates does it: the key first, each at once.
    os.replace(folder / "new.key", folder / "tls.key")
    os.replace(folder / "new.pem", folder / "tls.pem")
