"""Checks what an argument or block begins and ends with, and words the mistakes that people make there."""

from __future__ import annotations

import re
from dataclasses import field

from cogcheck.record import dataclass
from cogcheck.syntax.hcl_check_expression import ExpressionChecks
from cogcheck.syntax.hcl_source import FREE, MAX_DEPTH, Fault, Refused

_BROKEN_LABEL = re.compile(r'("(?:[^"\n{} \t]|[ \t]++(?!\{))*+)[ \t]*+\{[ \t]*+\r?$', re.MULTILINE)
_ONLY_BRACES = re.compile(r"[ \t}]*+(?:(?:#|//|/\*)[^\n]*+)?\r?(?:\n|\Z)")
_QUOTED_NAME = re.compile(r'"[^"\n]*+"?')
_WORD = re.compile(r"[\w-]+")
_ITEM_FOLLOWS = re.compile(r'[\w-]++[ \t]*+(?:=(?![=>])|(?:(?:"[^"\n]*+"|[\w-]++)[ \t]*+)*+\{)')


@dataclass(slots=True)
class OpenBlock:
    """A block (or the file) whose body is being followed. `brace` is where its `{` is, -1 for the file."""

    start: int
    brace: int
    type: str = ""
    names: dict[str, int] = field(default_factory=dict)
    one_line: bool = False
    items: int = 0
    told: bool = False
    told_line: int = 0


class ItemChecks(ExpressionChecks):
    """Follows the edges of arguments and blocks."""

    def __init__(self, text: str, *, comments: bool = False, plain: bool = False) -> None:
        super().__init__(text, comments=comments, plain=plain)
        self.blocks = [OpenBlock(0, -1)]
        self.blanks: list[tuple[int, int]] = []
        self.dropped = False
        self.line_begins = True

    def remember(self, name: str, start: int) -> None:
        """An argument's name: it may occur once in its body."""
        block = self.blocks[-1]
        block.items += 1
        first = block.names.setdefault(name, start)
        if first != start:
            line = self.line_number(first)
            self.faults.append(
                Fault(
                    start,
                    start + len(name),
                    f"{name} is set twice: here and in line {line}",
                    "Delete one of the two.",
                    "attribute-set-twice",
                    ((f"{name} is first set here", first, first + len(name)),),
                )
            )

    def goes_on_next_line(self, name: str, start: int) -> str:
        """A name alone on its line: perhaps its `=` or `{` is on the next."""
        following = FREE.match(self.text, self.pos).end()  # type: ignore[union-attr]
        found = self.text[following : following + 1]
        if found and found in "={" and not self.text.startswith("==", following):
            message = f"The {found} of {name} must stand on the same line as {name}"
            self.complain(following, following + 1, message, "Move it up.")
            return self.skip_lines(join=True)
        if not self.brace_missing(name, start, following):
            help_ = f"Write {name} = value for an argument, {name} {{ }} for a block."
            raise self.refused(start, self.pos, f"{name} is neither an argument nor a block", help_)
        return ""

    def brace_missing(self, type_: str, start: int, following: int) -> bool:
        """A header without `{`, but with a body that is indented below it: the block is left out."""
        if following >= self.size or self.indent(following) <= self.indent(start):
            return False
        if self.blocks[-1].one_line or not self.first_on_line(start):
            return False
        end = start + len(self.text[start : self.pos].rstrip())
        self.complain(start, end, f"The {{ of {type_} is missing", "Add { at the end of this line.")
        self.enter(type_, start, self.pos)
        self.line_begins = True
        self.dropped = True
        return True

    def no_item(self, found: str) -> Refused:
        """The exception where the name of an argument or block should stand."""
        pos = self.pos
        if self.text.startswith(("<<<<<<<", "=======", ">>>>>>>", "|||||||"), pos):
            return self.refused(pos, self.line_end(pos), "This is a merge conflict marker", "Resolve the conflict.")
        if found == '"':
            match = _QUOTED_NAME.match(self.text, pos)
            end = match.end() if match else pos + 1
            return self.refused(pos, end, "The name of an argument or block is written without quotes")
        return self.unexpected("the name of an argument or block was expected")

    def end_item(self, kind: str) -> None:
        """An argument or block ends with its line."""
        while not self._ends(self.skip(), kind):
            self.complain(self.pos, self.pos + 1, f"This {self.text[self.pos]} closes nothing", "Delete it.")
            self.blanks.append((self.pos, self.pos + 1))
            self.pos += 1

    def _ends(self, found: str, kind: str) -> bool:
        """Whether an argument or block ends here; not with a bracket that closes nothing."""
        block = self.blocks[-1]
        if self.at_line_end():
            self.line_begins = not block.one_line
            return True
        self.line_begins = False
        if found == "}" and block.brace >= 0 and (block.one_line or self.ends_line()):
            if not block.one_line and not block.told and block.told_line != self.line_number(self.pos):
                where = f"A line break is missing before this }}: {block.type} did not begin on this line"
                self.complain(self.pos, self.pos + 1, where, "Put the } on a line of its own.")
            return True
        if found in ")]}":
            return False
        if found in ",;":
            self.separated(found, kind)
        elif _ITEM_FOLLOWS.match(self.text, self.pos) and not self.text[self.pos - 1].isdigit():
            if not block.one_line:
                message = f"A line break is missing before this: each {kind} ends with its line"
                match = _WORD.match(self.text, self.pos)
                self.complain(self.pos, match.end() if match else self.pos + 1, message, "Put it on a line of its own.")
                block.told_line = self.line_number(self.pos)
        else:
            raise self.unexpected(f"a line break was expected after this {kind}")
        return True

    def ends_line(self) -> bool:
        """Whether nothing but closing braces and a comment follows on this line."""
        return _ONLY_BRACES.match(self.text, self.pos) is not None

    def separated(self, found: str, kind: str) -> None:
        """A comma or semicolon behind an argument or block."""
        sign = "comma" if found == "," else "semicolon"
        self.blocks[-1].told_line = self.line_number(self.pos)
        self.blocks[-1].told = self.blocks[-1].told or self.blocks[-1].one_line
        comma = self.pos
        self.pos += 1
        following = self.skip()
        self.line_begins = self.at_line_end()
        if not (self.line_begins or following == "}" or _ITEM_FOLLOWS.match(self.text, self.pos)):
            raise self.refused(comma, comma + 1, f"A {sign} cannot follow here", "A list is written as [a, b].")
        self.blanks.append((comma, comma + 1))
        self.complain(comma, comma + 1, f"A {sign} cannot end this {kind}", "Put each argument on a line of its own.")

    def one_line_ends(self) -> None:
        """In a block that began on one line: a line break is only allowed right behind its `{`."""
        self.skip()
        if self.at_line_end() and self.pos < self.size:
            block = self.blocks[-1]
            if not block.told:
                block.told = True
                self.complain(
                    block.brace,
                    block.brace + 1,
                    "This block's first argument is on the line of its {, but its } is not on the same line",
                    "Put a line break after the {.",
                )
            block.one_line = False

    def tell_one_line(self, start: int, end: int) -> None:
        """Something beside the one argument of a block on one line: told once."""
        block = self.blocks[-1]
        if not block.told:
            block.told = True
            message = "A block on one line can hold only one argument, and no block"
            self.complain(start, end, message, "Put each argument and block on a line of its own.")

    def label_never_closed(self) -> bool:
        """A label without its closing quote, but with the `{` at the end of the line: the block is left out."""
        header = _BROKEN_LABEL.match(self.text, self.pos)
        if header is None:
            return False
        message = "This label has no closing quote"
        self.complain(self.pos, header.end(1), message, 'Add " where it ends.')
        self.dropped = True
        self.pos = header.end(1)
        while self.text[self.pos] != "{":
            self.pos += 1
        return True

    def brace_on_next_line(self, type_: str, start: int) -> bool:
        """A header without `{` on its line. Says whether the `{` was found on the next."""
        following = FREE.match(self.text, self.pos).end()  # type: ignore[union-attr]
        if not self.text.startswith("{", following):
            if self.brace_missing(type_, start, following):
                return False
            raise self.unexpected(f"{{ was expected after the header of {type_}")
        self.complain(
            following, following + 1, f"The {{ of {type_} must stand on the line of its header", "Move it up."
        )
        self.skip_lines(join=True)
        return True

    def enter(self, type_: str, start: int, brace: int, *, one_line: bool = False) -> None:
        """Step into a block's body."""
        if len(self.blocks) > MAX_DEPTH:
            raise self.refused(brace, brace + 1, f"This is nested too deeply: more than {MAX_DEPTH} levels")
        told = one_line and self.blocks[-1].told
        self.blocks.append(OpenBlock(start, brace, type_, one_line=one_line, told=told))
