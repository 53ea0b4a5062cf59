"""The entry point; answers `--version` and an unchanged `lint --staged` with the standard library alone."""

import os
import sys

from infra_tool import __version__


def main() -> int:
    """Return the exit code of the command line in `sys.argv`."""
    arguments = sys.argv[1:]
    if arguments == ["--version"]:
        print(f"infra-tool {__version__}")
        return 0
    if "--staged" in arguments:
        from infra_tool import replay

        place = replay.of(arguments)
        found = replay.recall(place) if place else None
        if isinstance(found, replay.Change) and place:
            from infra_tool.lint import again

            found = again.answer(place, found)
        if isinstance(found, replay.Answer):
            return _say(found.out, found.notes, found.code)
    from infra_tool import cli

    return cli.main(arguments)


def _say(out: str, notes: str, code: int) -> int:
    """Print an answer; a reader that went away (`| head`) is told to nobody."""
    try:
        sys.stdout.write(out)
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 3
    sys.stderr.write(notes)
    return code


if __name__ == "__main__":
    sys.exit(main())
