"""`python -m lib COMMAND`: the flows without a browser."""

import sys

from lib.cli.main import main

sys.exit(main(sys.argv[1:]))
