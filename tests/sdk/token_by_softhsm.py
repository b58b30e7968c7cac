"""A PKCS#11 token for tests: Debian's softhsm2, with a folder of its own."""

import os
import pathlib
import subprocess

MODULES = ["/usr/lib/softhsm/libsofthsm2.so", "/usr/local/lib/softhsm/libsofthsm2.so"]
MODULE = next((path for path in MODULES if os.path.exists(path)), MODULES[0])
PIN = "pin-of-the-hsm"
SECURITY_OFFICERS_PIN = "87654321"


class SoftToken:
    """Tokens in a folder; `away()` is as if their cable were pulled, `back()` puts it in again."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.tokens = self.folder / "tokens"
        self.tokens.mkdir(parents=True)
        self.configuration = self.folder / "softhsm2.conf"
        self.configuration.write_text(
            f"directories.tokendir = {self.tokens}\nobjectstore.backend = file\nlog.level = ERROR\n")
        self.environment = {"SOFTHSM2_CONF": str(self.configuration)}

    def make(self, label, pin=PIN):
        subprocess.run(
            ["softhsm2-util", "--init-token", "--free", "--label", label, "--so-pin", SECURITY_OFFICERS_PIN,
             "--pin", pin],
            env=os.environ | self.environment, check=True, capture_output=True, timeout=30)

    def away(self):
        self.tokens.rename(self.folder / "away")
        self.tokens.mkdir()

    def back(self):
        self.tokens.rmdir()
        (self.folder / "away").rename(self.tokens)

    def pin_file(self, name="pin", pin=PIN):
        path = self.folder / name
        path.write_text(pin + "\n")
        path.chmod(0o600)
        return path
