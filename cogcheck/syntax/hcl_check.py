"""What HCL's own parser refuses, found without either reader.

Both readers accept texts that Terraform refuses, and say too little about those that they refuse themselves. So this
follows the text first, as Terraform would, reports each mistake once, and blanks out what cannot be read: the readers
then see valid HCL only. Ordinary lines of a body are followed by one regular expression.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from cogcheck.syntax.hcl_check_expression import ExpressionChecks
from cogcheck.syntax.hcl_recovery import Recovery, recover, suspect
from cogcheck.syntax.hcl_source import FREE, MAX_DEPTH, Fault, Patches, Refused

MAX_REFUSALS = 50
"""After so many places that could not be followed, the rest of a file is not read: that is no HCL."""

_ORDINARY_LINE = re.compile(
    r"""
    [ \t]*+
    (?:
      (?:
        ([A-Za-z_][\w-]*+)[ \t]*+=[ \t]*+                                               # 1: an argument and
        (?: "[^"\\$%\x00-\x1f]*+" | [A-Za-z_][\w-]*+(?:\.[A-Za-z_][\w-]*+)*+ | -?\d++(?:\.\d++)?+ )
      | ([A-Za-z_][\w-]*+)(?:[ \t]++(?:"[^"\\$%\x00-\x1f]*+"|[A-Za-z_][\w-]*+))*+[ \t]*+\{  # 2: a block's header
      | (\})                                                                            # 3: a block's end
      )[ \t]*+
    )?+
    ((?:\#|//)[^\n]*+)?+                                                                # 4: a comment
    (?:\r?\n|\Z)
    (?![ \t]*+(?:[-+*%?:.\[=&|<>(!,]|/(?![/*])))                                        # no line goes on with it
    """,
    re.VERBOSE | re.ASCII,
)


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


@dataclass(frozen=True, slots=True)
class BrokenAttribute:
    """An argument whose value cannot be read: its name, and where name and value are."""

    name: str
    start: int
    value: int
    end: int


@dataclass(frozen=True, slots=True)
class Checked:
    """A text as the readers shall see it, and what was wrong with it.

    `text` is plain ASCII of the same length, so that a reader's byte offsets are offsets in the original; contents
    must be taken from the original.
    `broken` are the arguments that were blanked out, by the offset behind the `{` of their block (0: the file).
    `items` are the places of what stands at the top of the file.
    """

    text: str
    faults: list[Fault]
    broken: dict[int, list[BrokenAttribute]]
    items: list[tuple[int, int]]
    comments: list[tuple[int, int]]


def check(text: str, *, comments: bool = False, plain: bool = False) -> Checked:
    """Follow a configuration file's text; `plain` shows the second reader what it can read."""
    checks = BodyChecks(text, comments=comments, plain=plain)
    checks.run()
    readable = blanked(patched(text, checks.patches), checks.blanks)
    comments_found = sorted((checks.comments or {}).items())
    return Checked(_shown(readable), checks.faults, checks.broken, checks.tops, comments_found)


def _shown(text: str) -> str:
    """Plain text that both readers take, for escapes and characters that one of them does not know."""
    if "$${" in text or "%%{" in text:
        text = _ESCAPED_SEQUENCE.sub("ZZZ", text)
    return text if text.isascii() and "\0" not in text else _NOT_PLAIN.sub("Z", text)


_ESCAPED_SEQUENCE = re.compile(r"\$\$\{|%%\{")
_NOT_PLAIN = re.compile(r"[^\x01-\x7f]")
_NOT_NEWLINE = re.compile(r"[^\n]")


def patched(text: str, patches: Patches) -> str:
    """The text with something else of the same length in some places."""
    pieces: list[str] = []
    done = 0
    for start, (end, instead) in sorted(patches.items()):
        if start >= done and start < end:
            pieces += text[done:start], instead
            done = end
    return "".join([*pieces, text[done:]]) if pieces else text


def blanked(text: str, ranges: list[tuple[int, int]]) -> str:
    """The text with blanks instead of those ranges; offsets and lines stay."""
    pieces: list[str] = []
    done = 0
    for start, end in sorted(ranges):
        if end > done:
            start = max(start, done)
            pieces += text[done:start], _NOT_NEWLINE.sub(" ", text[start:end])
            done = end
    return "".join([*pieces, text[done:]]) if pieces else text


class BodyChecks(ExpressionChecks):
    """Follows a file's arguments and blocks."""

    def __init__(self, text: str, *, comments: bool = False, plain: bool = False) -> None:
        super().__init__(text, comments=comments, plain=plain)
        self.blocks = [OpenBlock(0, -1)]
        self.blanks: list[tuple[int, int]] = []
        self.broken: dict[int, list[BrokenAttribute]] = {}
        self.tops: list[tuple[int, int]] = []
        self.item = 0
        self.attribute: tuple[str, int, int] | None = None
        self.doubtful = False
        self.dropped = False
        self._line_begins = True

    def run(self) -> None:
        """Follow the whole text; what cannot be followed is stepped over."""
        for _ in range(MAX_REFUSALS):
            try:
                self._items()
                if len(self.blocks) == 1:
                    return
                raise self._block_never_closed()
            except Refused as refused:
                if self._recover(refused):
                    return
        self.blanks.append((self.pos, self.size))

    def _items(self) -> None:
        text, size = self.text, self.size
        match = _ORDINARY_LINE.match
        while self.pos < size:
            line = match(text, self.pos) if self._line_begins else None
            if line is None:
                self._item()
                continue
            (_, line_end), (name, _), (block, _), (close, _), comment = line.regs
            if name >= 0:
                self._remember(line[1], name)
                if len(self.blocks) == 1:
                    self.tops.append((name, line.end()))
            elif block >= 0:
                self.item = block
                self._enter(line[2], block, text.index("{", line.end(2)) if '"' not in line[0] else self._brace(line))
            elif close >= 0:
                self.pos = close
                self._leave()
            if comment[0] >= 0 and self.comments is not None:
                self.collect(*comment)
            self.pos = line_end

    def _brace(self, line: re.Match[str]) -> int:
        """Where the `{` of a header with labels is, which may themselves hold one."""
        end = line.start(4) if line.start(4) >= 0 else line.end()
        return self.text.rindex("{", line.start(2), end)

    def _remember(self, name: str, start: int) -> None:
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

    def _enter(self, type_: str, start: int, brace: int, *, one_line: bool = False) -> None:
        if len(self.blocks) > MAX_DEPTH:
            raise self.refused(brace, brace + 1, f"This is nested too deeply: more than {MAX_DEPTH} levels")
        self.blocks.append(OpenBlock(start, brace, type_, one_line=one_line))

    def _leave(self) -> None:
        """At a `}` where an item could begin."""
        pos = self.pos
        self.pos += 1
        if len(self.blocks) == 1:
            self.complain(
                pos, pos + 1, "This } closes nothing", "Delete it, or look for a { that is missing before it."
            )
            self.blanks.append((pos, pos + 1))
            return
        block = self.blocks.pop()
        if len(self.blocks) == 1:
            self._end_top(block.start, self.pos)

    def _end_top(self, start: int, end: int) -> None:
        self.tops.append((start, end))
        if self.dropped:
            self.blanks.append((start, end))
        self.dropped = self.doubtful = False

    def _item(self) -> None:
        """An argument, a block or a block's end, at any place of a line."""
        self.newlines = True
        self.opened.clear()
        self.attribute = None
        if self.blocks[-1].one_line:
            self._one_line_ends()
        found = self.skip_lines()
        self.item = start = self.pos
        self._line_begins = False
        if not found:
            return
        if found == "}":
            block = self.blocks[-1]
            self._leave()
            if block.brace >= 0:
                self._end_item("block")
            return
        name = self.identifier()
        if name is None:
            raise self._no_item(found)
        block = self.blocks[-1]
        following = self.skip()
        if self.at_line_end():
            following = self._goes_on_next_line(name, start)
        if following == "=" and not self.text.startswith(("==", "=>"), self.pos):
            self._attribute(name, start)
        elif following and (following in '{"' or following.isidentifier()):
            self._block(name, start)
        elif following == ":" and not block.one_line:
            raise self.refused(start, self.pos + 1, f"{name} is set with a colon", f"Write {name} = ... instead.")
        else:
            raise self.unexpected(f"= or {{ was expected after {name}")

    def _goes_on_next_line(self, name: str, start: int) -> str:
        """A name alone on its line: perhaps its `=` or `{` is on the next."""
        following = FREE.match(self.text, self.pos).end()  # type: ignore[union-attr]
        found = self.text[following : following + 1]
        if not found or found not in "={" or self.text.startswith("==", following):
            help_ = f"Write {name} = value for an argument, {name} {{ }} for a block."
            raise self.refused(start, self.pos, f"{name} is neither an argument nor a block", help_)
        message = f"The {found} of {name} must stand on the same line as {name}"
        self.complain(following, following + 1, message, "Move it up.")
        return self.skip_lines(join=True)

    def _no_item(self, found: str) -> Refused:
        pos = self.pos
        if self.text.startswith(("<<<<<<<", "=======", ">>>>>>>", "|||||||"), pos):
            return self.refused(pos, self.line_end(pos), "This is a merge conflict marker", "Resolve the conflict.")
        if found == '"':
            match = _QUOTED_NAME.match(self.text, pos)
            end = match.end() if match else pos + 1
            return self.refused(pos, end, "The name of an argument or block is written without quotes")
        return self.unexpected("the name of an argument or block was expected")

    def _attribute(self, name: str, start: int) -> None:
        block = self.blocks[-1]
        if block.one_line and block.items == 1:
            self._tell_one_line(start, start + len(name))
        self.attribute = (name, start, self.pos + 1)
        self._remember(name, start)
        self.pos += 1
        self.value_follows(self.pos - 1, f"{name} has no value")
        self.expression()
        if block.brace < 0:
            self.tops.append((start, self.pos))
        self._end_item("argument")

    def _end_item(self, kind: str) -> None:
        """An argument or block ends with its line."""
        found = self.skip()
        block = self.blocks[-1]
        if self.at_line_end():
            self._line_begins = not block.one_line
            return
        self._line_begins = False
        if found == "}" and block.brace >= 0:
            if not block.one_line and not block.told and block.told_line != self.line_number(self.pos):
                where = f"A line break is missing before this }}: {block.type} did not begin on this line"
                self.complain(self.pos, self.pos + 1, where, "Put the } on a line of its own.")
            return
        if found in ",;":
            self._separated(found, kind)
        elif found in ")]}":
            self.complain(self.pos, self.pos + 1, f"This {found} closes nothing", "Delete it.")
            self.blanks.append((self.pos, self.pos + 1))
            self.pos += 1
            self._end_item(kind)
        elif _ITEM_FOLLOWS.match(self.text, self.pos):
            if not block.one_line:
                message = f"A line break is missing before this: each {kind} ends with its line"
                match = _WORD.match(self.text, self.pos)
                self.complain(self.pos, match.end() if match else self.pos + 1, message, "Put it on a line of its own.")
                block.told_line = self.line_number(self.pos)
        else:
            raise self.unexpected(f"a line break was expected after this {kind}")

    def _separated(self, found: str, kind: str) -> None:
        sign = "comma" if found == "," else "semicolon"
        self.complain(
            self.pos, self.pos + 1, f"A {sign} cannot end this {kind}", "Put each argument on a line of its own."
        )
        self.blocks[-1].told_line = self.line_number(self.pos)
        self.blocks[-1].told = self.blocks[-1].told or self.blocks[-1].one_line
        self.blanks.append((self.pos, self.pos + 1))
        self.pos += 1
        self.skip()
        self._line_begins = self.at_line_end()

    def _one_line_ends(self) -> None:
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

    def _tell_one_line(self, start: int, end: int) -> None:
        block = self.blocks[-1]
        if not block.told:
            block.told = True
            message = "A block on one line can hold only one argument, and no block"
            self.complain(start, end, message, "Put each argument and block on a line of its own.")

    def _block(self, type_: str, start: int) -> None:
        outer = self.blocks[-1]
        if outer.one_line:
            self._tell_one_line(start, start + len(type_))
        while (found := self.skip()) != "{":
            if found == '"':
                if self._label_never_closed():
                    break
                self.quoted(label=True)
            elif found and found in "\r\n#/" and self.at_line_end():
                self._brace_on_next_line(type_, start)
                break
            elif self.identifier() is None:
                raise self.unexpected(f"{{ was expected after the header of {type_}")
        brace = self.pos
        self.pos += 1
        self.skip()
        outer.items += 1
        one_line = not self.at_line_end()
        self._enter(type_, start, brace, one_line=one_line)
        self._line_begins = not one_line

    def _label_never_closed(self) -> bool:
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

    def _brace_on_next_line(self, type_: str, start: int) -> None:
        following = FREE.match(self.text, self.pos).end()  # type: ignore[union-attr]
        if not self.text.startswith("{", following):
            raise self.unexpected(f"{{ was expected after the header of {type_}")
        self.complain(
            following, following + 1, f"The {{ of {type_} must stand on the line of its header", "Move it up."
        )
        self.skip_lines(join=True)

    def _block_never_closed(self) -> Refused:
        block = self.blocks[-1]
        top = self.blocks[1]
        place = suspect(self.text, top.start, block.brace)
        return self.refused(
            place.start, place.start + 1, "This { is never closed", "Add } where it ends.", place.resume
        )

    def _recover(self, refused: Refused) -> bool:
        """Step over what cannot be followed. Says whether nothing is left."""
        if not self.doubtful:
            self.faults.append(refused.fault)
        top = self.blocks[1].start if len(self.blocks) > 1 else self.item
        if refused.final:
            self.blanks.append((top, self.size))
            return True
        at = Recovery(self.text, refused.fault.start, max(self.pos, refused.fault.start), refused.resume, self.opened)
        to = recover(at, nested=len(self.blocks) > 1)
        self.newlines = True
        self.opened.clear()
        if to.top:
            self.blanks.append((top, to.pos))
            self.tops.append((top, to.pos))
            del self.blocks[1:]
            self.dropped = self.doubtful = False
        elif self.attribute is not None:
            self._break_attribute(*self.attribute, to.pos)
            self.doubtful = to.doubtful
            self.dropped = self.dropped or to.doubtful
        else:
            self.blanks.append((self.item, to.pos))
            self.dropped = self.dropped or len(self.blocks) > 1
            self.doubtful = to.doubtful
        if len(self.blocks) == 1:
            self.dropped = self.doubtful = False
        self.attribute = None
        self.pos = to.pos
        self._line_begins = to.pos == 0 or self.text[to.pos - 1] == "\n"
        if self.blocks[-1].one_line and self._line_begins:
            self.blocks[-1].one_line = False
        return self.pos >= self.size and len(self.blocks) == 1

    def _break_attribute(self, name: str, start: int, value: int, end: int) -> None:
        self.blanks.append((start, end))
        end = start + len(self.text[start:end].rstrip())
        value = min(end, value + len(self.text[value:end]) - len(self.text[value:end].lstrip()))
        broken = BrokenAttribute(name, start, value, end)
        self.broken.setdefault(self.blocks[-1].brace + 1, []).append(broken)


_BROKEN_LABEL = re.compile(r'("[^"\n{}]*?)[ \t]*\{[ \t]*\r?$', re.MULTILINE)
_QUOTED_NAME = re.compile(r'"[^"\n]*+"?')
_WORD = re.compile(r"[\w-]+")
_ITEM_FOLLOWS = re.compile(r'[\w-]++[ \t]*+(?:=(?![=>])|(?:(?:"[^"\n]*+"|[\w-]++)[ \t]*+)*+\{)')
