"""`python -m weekly` is `weekly`."""

from weekly.cli import run

if __name__ == "__main__":
    run()
