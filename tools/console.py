"""Console sessions in Markdown: what a document says one types and sees.

A block that is fenced as ```console is a session: a command is a line that
starts with a prompt, what follows is what it prints (stdout and stderr), up to
the next command. A command goes on after a backslash or, with a "> " that is
not part of it, as a here-document does.

    ```console
    $ relocatable --version
    relocatable 0.1.0
    guix$ ls /gnu/store | head -n 1
    ...
    ```

"..." stands for any text within a line; alone on a line for any number of
lines. The prompt says on which machine: "guix$" has a store; "debian$", where
programs are installed, and "$", where they need not be, are the one at hand. A
block fenced as ```console ci is not a session but names commands that .ci/run
runs.
"""
import re

PROMPT = re.compile(r"^((?:[a-z]+)?\$) (.*)$")


class Command:
    def __init__(self, line, prompt, text):
        self.line, self.prompt, self.text = line, prompt, text
        self.output = []

    def expects(self):
        return "\n".join(self.output)


def fences(text):
    """Yields (first line's number, info string, lines) of each fenced block."""
    info, start, block = None, 0, []
    for number, line in enumerate(text.splitlines(), 1):
        if info is None and line.startswith("```"):
            info, start, block = line[3:].strip(), number + 1, []
        elif info is not None and line.strip() == "```":
            yield start, info, block
            info = None
        elif info is not None:
            block.append(line)
    if info is not None:
        raise ValueError("line %d: this block does not end" % (start - 1))


def commands(start, block):
    """The commands of one session block."""
    found, continued = [], False
    for number, line in enumerate(block, start):
        prompt = PROMPT.match(line)
        if found and continued:
            found[-1].text += "\n" + line
        elif prompt:
            found.append(Command(number, prompt.group(1), prompt.group(2)))
        elif found and not found[-1].output and line.startswith("> "):
            found[-1].text += "\n" + line[2:]
        elif found:
            found[-1].output.append(line)
        else:
            raise ValueError("line %d: output before the first command" % number)
        continued = bool(found) and not found[-1].output and found[-1].text.endswith("\\")
    return found


def sessions(text):
    """Returns ([Command] to run, [Command] that .ci/run runs)."""
    run, in_ci = [], []
    for start, info, block in fences(text):
        if info == "console":
            run += commands(start, block)
        elif info == "console ci":
            in_ci += commands(start, block)
        elif any(PROMPT.match(line) for line in block):
            raise ValueError("line %d: commands in a block that is not ```console: nothing runs them" % (start - 1))
    return run, in_ci


def matches(expected, got):
    """Whether the printed lines `got` are what `expected` describes."""
    pattern = ""
    for line in expected:
        if line.strip() == "...":
            pattern += r"(?:.*\n)*?"
        else:
            pattern += ".*?".join(re.escape(part) for part in line.rstrip().split("...")) + r" *\n"
    return re.fullmatch(pattern, "".join(line + "\n" for line in got)) is not None
