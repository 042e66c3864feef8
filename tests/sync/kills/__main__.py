"""`python -m tests.sync.kills`."""

import sys

from tests.sync.kills.campaign import main

sys.exit(main(sys.argv[1:]))
