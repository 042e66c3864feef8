"""`python -m lib COMMAND`: the flows without a browser."""

import sys

from lib.cli.interrupts import Interrupts


def _run() -> int:
    interrupts = Interrupts()  # before the imports that take long
    from lib.cli.main import main

    code = main(sys.argv[1:], interrupts)
    interrupts.ignore()  # what is left is the end of Python itself
    return code


sys.exit(_run())
