"""How many draws a test takes: few for `make test`, many for `make test-full`."""

import os

FULL = os.environ.get("QUIZ_TEST_FULL") == "1"


def size(small: int, full: int) -> int:
    return full if FULL else small
