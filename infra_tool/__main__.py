"""The entry point; answers `--version` and an unchanged `lint --staged` with the standard library alone."""

import os
import sys

from infra_tool import __version__


def main() -> int:
    """Return the exit code of the command line in `sys.argv`."""
    _open_closed()
    try:
        code = _answer(sys.argv[1:])
        sys.stdout.flush()
    except KeyboardInterrupt:
        return 130
    except OSError as error:
        return _unheard(error)
    return code


def _answer(arguments: list[str]) -> int:
    if arguments == ["--version"]:
        print(f"infra-tool {__version__}")
        return 0
    if "--staged" in arguments:
        from infra_tool import replay

        place = replay.of(arguments)
        found = replay.recall(place) if place else None
        if isinstance(found, replay.Change) and place:
            _collect_nothing()
            from infra_tool.lint import again

            found = again.answer(place, found)
        if isinstance(found, replay.Answer):
            sys.stdout.write(found.out)
            sys.stdout.flush()
            sys.stderr.write(found.notes)
            return found.code
    _collect_nothing()
    from infra_tool import cli

    return cli.main(arguments)


def _collect_nothing() -> None:
    """Keep the garbage collector from walking, again and again, what a run makes: nearly all stays until its end.

    Nor is it walked at the end: that would take as long as a small command.
    """
    import atexit
    import gc

    gc.disable()
    atexit.register(gc.freeze)


def _open_closed() -> None:
    """Give a stream that the caller closed (`>&-`) the null device: the next file to be opened would take its place."""
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is None:
            os.dup2(os.open(os.devnull, os.O_RDWR), number)
            setattr(sys, name, os.fdopen(number, "w" if number else "r"))


def _unheard(error: OSError) -> int:
    """End a run whose result cannot be written; a reader that went away (`| head`) is told to nobody."""
    if not isinstance(error, BrokenPipeError):
        sys.stderr.write(f"error: the result cannot be written: {error.strerror}\n")
    nobody = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(nobody, stream)  # Python writes what is left when it exits, and would complain again
    return 3


if __name__ == "__main__":
    sys.exit(main())
