"""Find or install a Chromium for the browser tests and print its path; print nothing where there is none.

Tries what is installed, then the system's package, then Playwright's own download.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge")
MAC = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)


def installed() -> str | None:
    """The path of a browser that is already here."""
    if os.environ.get("CHROMIUM"):
        return os.environ["CHROMIUM"]
    return next((path for name in NAMES if (path := shutil.which(name))), None) or next(
        (path for path in MAC if Path(path).exists()), None
    )


def from_system() -> str | None:
    """Install Debian's package where we may."""
    if not shutil.which("apt-get") or os.geteuid() != 0:
        return None
    for command in (["apt-get", "update"], ["apt-get", "install", "-y", "chromium"]):
        if subprocess.run(command, stdout=sys.stderr, stderr=sys.stderr).returncode:
            return None
    return installed()


def from_playwright() -> str | None:
    """Let Playwright download its own build."""
    if subprocess.run(
        [sys.executable, "-m", "playwright", "install", "chromium"], stdout=sys.stderr, stderr=sys.stderr
    ).returncode:
        return None
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        return playwright.chromium.executable_path


if __name__ == "__main__":
    print(installed() or from_system() or from_playwright() or "")
