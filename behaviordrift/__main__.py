"""``python -m behaviordrift`` is the command line."""

from behaviordrift.cli import main

main()
