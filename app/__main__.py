"""`python -m app`: the same as `mynah`."""

import sys

from app.command import main

if __name__ == "__main__":
    sys.exit(main())
