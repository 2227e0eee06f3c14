"""The command line as a module: ``python -m postroom``."""

from postroom.cli.main import main

if __name__ == "__main__":
    main()
