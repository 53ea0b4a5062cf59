"""The entry point; answers `--version` and an unchanged `lint --staged` with the standard library alone."""

import sys

from infra_tool import __version__


def main() -> int:
    """Return the exit code of the command line in `sys.argv`."""
    arguments = sys.argv[1:]
    if arguments == ["--version"]:
        print(f"infra-tool {__version__}")
        return 0
    if "--staged" in arguments and arguments[0] == "lint":
        from infra_tool.lint import replay

        code = replay.replay(arguments)
        if code is not None:
            return code
    from infra_tool import cli

    return cli.main(arguments)


if __name__ == "__main__":
    sys.exit(main())
