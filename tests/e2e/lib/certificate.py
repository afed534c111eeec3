"""A certificate that the tests' own clients trust."""

import os
import subprocess


def make_certificate(folder, name):
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                    "ec_paramgen_curve:P-256", "-nodes", "-days", "30", "-subj", f"/CN={name}",
                    "-addext", f"subjectAltName=DNS:{name},IP:127.0.0.1",
                    "-keyout", str(folder / "new.key"), "-out", str(folder / "new.pem")],
                   check=True, capture_output=True)
    # Replaced as a tool for certificates does it: the key first, each at once.
    os.replace(folder / "new.key", folder / "tls.key")
    os.replace(folder / "new.pem", folder / "tls.pem")
