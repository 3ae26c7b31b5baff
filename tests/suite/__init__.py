"""What the tests stand on: databases to copy, the world, a browser, a running site; and the runner of the whole (``make test``)."""
