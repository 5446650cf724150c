"""`make deploy-local`: package, deploy into the engine, play the tour on what came out; `STORY=` plays one alone."""

import sys

from local.deployed.stack import DeployedStack
from local.tour import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], DeployedStack))
