"""`sigmoid-quiz`, or `python -m app`: loads the commands and runs the one that was asked for."""

import gc


def main() -> None:
    """What is loaded stays for good: looking through it for garbage would be an eighth of the time to start, and go on later."""
    gc.disable()
    from app.cli import main as commands

    gc.freeze()
    gc.enable()
    commands()


if __name__ == "__main__":
    main()
