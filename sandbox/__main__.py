"""`python -m sandbox`: the make-believe world as its own process."""

import sys

from sandbox.serve import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
