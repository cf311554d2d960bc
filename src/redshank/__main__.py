"""``python -m redshank``: the same program as ``redshank``, for where no folder of commands is on the path."""

from redshank.cli import main

if __name__ == "__main__":
    main()
