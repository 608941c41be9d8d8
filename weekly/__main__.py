"""`python -m weekly` is `weekly`."""

from weekly.cli import main

if __name__ == "__main__":
    main()
