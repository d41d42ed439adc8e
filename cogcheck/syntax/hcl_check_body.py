"""Checks bodies: arguments, blocks and their ends, and goes on after what cannot be followed."""

from __future__ import annotations

import re
from functools import cache

from cogcheck.record import dataclass
from cogcheck.syntax.hcl_check_item import ItemChecks
from cogcheck.syntax.hcl_source import FREE, LONG_GAP, Refused

MAX_REFUSALS = 50
"""After so many places that could not be followed, the rest of a file is not read: that is no HCL."""

_BLANKS = rf"[ \t]{{0,{LONG_GAP}}}+"
_STRING = r'"[^"\\$%\x00-\x1f]*+"'
_REFERENCE = r"[A-Za-z_][\w-]*+(?:\.[A-Za-z_][\w-]*+)*+"
_ITEM = rf"(?:{_STRING}|(?!for(?![\w.-])){_REFERENCE}){_BLANKS}"
_LIST = rf"\[{_BLANKS}(?:{_ITEM}(?:,{_BLANKS}{_ITEM})*+(?:,{_BLANKS})?)?\]"
_TEMPLATE = rf'"(?:[^"\\$%\x00-\x1f]++|\$\{{{_REFERENCE}\}})*+"'
_ORDINARY_LINE = r"""
    [ \t]*+
    (?:
      (?:
        ([A-Za-z_][\w-]*+)BLANKS=BLANKS                                             # 1: an argument and
        (?: VALUE | REFERENCE | -?\d++(?:\.\d++)?+ )
      | ([A-Za-z_][\w-]*+)(?:[ \t]++(?:"[^"\\$%\x00-\x1f]*+"|[A-Za-z_][\w-]*+))*+[ \t]*+\{    # 2: a block's header
      | (\})                                                                             # 3: a block's end
      )[ \t]*+
    )?+
    ((?:\#|//)[^\n]*+)?+                                                                # 4: a comment
    (?:\r?\n|\Z)
    (?![ \t]*+(?:[-+*%?:.\[=&|<>(!,]|/(?![/*])))                                        # no line goes on with it
    """


@cache
def _line(*, plain: bool) -> re.Pattern[str]:
    """The pattern of an ordinary line. The second reader must be shown lists and templates piece by piece."""
    value = _STRING if plain else f"{_TEMPLATE} | {_LIST}"
    pattern = _ORDINARY_LINE.replace("VALUE", value).replace("REFERENCE", _REFERENCE).replace("BLANKS", _BLANKS)
    return re.compile(pattern, re.VERBOSE | re.ASCII)


@dataclass(frozen=True, slots=True)
class BrokenAttribute:
    """An argument whose value cannot be read: its name, and where name and value are."""

    name: str
    start: int
    value: int
    end: int


class BodyChecks(ItemChecks):
    """Follows a file's arguments and blocks."""

    def __init__(self, text: str, *, comments: bool = False, plain: bool = False) -> None:
        super().__init__(text, comments=comments, plain=plain)
        self.broken: dict[int, list[BrokenAttribute]] = {}
        self.tops: list[tuple[int, int]] = []
        self.item = 0
        self.attribute: tuple[str, int, int] | None = None
        self.doubtful = False
        self.resumed = 0

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
        self.blanks.append((self.blocks[1].start if len(self.blocks) > 1 else self.pos, self.size))

    def _items(self) -> None:
        text, size = self.text, self.size
        match = _line(plain=self.plain).match
        while self.pos < size:
            line = match(text, self.pos) if self.line_begins else None
            if line is None:
                self._item()
                continue
            (_, line_end), (name, _), (block, _), (close, _), comment = line.regs
            if name >= 0:
                self.remember(line[1], name)
                if len(self.blocks) == 1:
                    self.tops.append((name, line.end()))
            elif block >= 0:
                self.item, self.attribute = block, None
                self.enter(line[2], block, text.index("{", line.end(2)) if '"' not in line[0] else self._brace(line))
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
            self.one_line_ends()
        found = self.skip_lines()
        self.item = start = self.pos
        self.line_begins = False
        if not found:
            return
        if found == "}":
            block = self.blocks[-1]
            self._leave()
            self.item = self.pos
            if block.brace >= 0:
                self.end_item("block")
        elif (name := self.identifier()) is not None:
            self._named_item(name, start)
        else:
            raise self.no_item(found)

    def _named_item(self, name: str, start: int) -> None:
        following = self.skip()
        if self.at_line_end():
            following = self.goes_on_next_line(name, start)
            if not following:
                return
        if following == "=" and not self.text.startswith(("==", "=>"), self.pos):
            self._attribute(name, start)
        elif following and (following in '{"' or following.isidentifier()):
            self._block(name, start)
        elif following == ":":
            raise self.refused(start, self.pos + 1, f"{name} is set with a colon", f"Write {name} = ... instead.")
        else:
            raise self.unexpected(f"= or {{ was expected after {name}")

    def _attribute(self, name: str, start: int) -> None:
        block = self.blocks[-1]
        if block.one_line and block.items == 1:
            self.tell_one_line(start, start + len(name))
        self.attribute = (name, start, self.pos + 1)
        self.remember(name, start)
        self.pos += 1
        self.value_follows(self.pos - 1, f"{name} has no value")
        self.expression()
        if block.brace < 0:
            self.tops.append((start, self.pos))
        self.end_item("argument")

    def _block(self, type_: str, start: int) -> None:
        outer = self.blocks[-1]
        if outer.one_line:
            self.tell_one_line(start, start + len(type_))
        while (found := self.skip()) != "{":
            if found == '"':
                if self.label_never_closed():
                    break
                self.quoted(label=True)
            elif found and found in "\r\n#/" and self.at_line_end():
                if not self.brace_on_next_line(type_, start):
                    return
                break
            elif self.identifier() is None:
                raise self.unexpected(f"{{ was expected after the header of {type_}")
        brace = self.pos
        self.pos += 1
        if self.skip() == "=":
            raise self.refused(brace, brace + 1, f"Found {{ here, but = was expected after {type_}", "Delete the {.")
        outer.items += 1
        one_line = not self.at_line_end()
        self.enter(type_, start, brace, one_line=one_line)
        self.line_begins = not one_line

    def _block_never_closed(self) -> Refused:
        block = self.blocks[-1]
        top = self.blocks[1]
        from cogcheck.syntax.hcl_recovery import suspect  # most files need none

        place = suspect(self.text, top.start, block.brace)
        return self.refused(
            place.start, place.start + 1, "This { is never closed", "Add } where it ends.", place.resume
        )

    def _recover(self, refused: Refused) -> bool:
        """Step over what cannot be followed. Says whether nothing is left."""
        from cogcheck.syntax.hcl_recovery import Recovery, recover

        begun = self.item if self.attribute is None else -1
        if not (self.doubtful or 0 < self.resumed >= begun >= 0):
            self.faults.append(refused.fault)
        top = self.blocks[1].start if len(self.blocks) > 1 else self.item
        if refused.final:
            self.blanks.append((top, self.size))
            return True
        at = Recovery(self.text, refused.fault.start, max(self.pos, refused.fault.start), refused.resume, self.opened)
        to = recover(at, nested=len(self.blocks) > 1, one_line=self.blocks[-1].one_line)
        self.newlines = True
        self.opened.clear()
        if to.pos < self.pos:
            self._forget(to.pos)
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
            # What belongs to the block is unclear from here on.
            self.dropped = self.doubtful = True
        if len(self.blocks) == 1:
            self.dropped = self.doubtful = False
        self.attribute = None
        self.pos = to.pos
        # Where the next thing cannot be followed either, and is no argument, that is the same mistake.
        self.resumed = FREE.match(self.text, to.pos).end()  # type: ignore[union-attr]
        self.line_begins = to.pos == 0 or self.text[to.pos - 1] == "\n"
        if self.blocks[-1].one_line and self.line_begins:
            self.blocks[-1].one_line = False
        return self.pos >= self.size and len(self.blocks) == 1

    def _forget(self, pos: int) -> None:
        """Forget what was found behind a place from which the text is followed again, now in another light."""
        self.faults = [fault for fault in self.faults if fault.start < pos]
        self.blanks = [(start, min(end, pos)) for start, end in self.blanks if start < pos]
        self.tops = [(start, min(end, pos)) for start, end in self.tops if start < pos]
        self.patches = {start: patch for start, patch in self.patches.items() if patch[0] <= pos}
        self.broken = {
            brace: kept for brace, found in self.broken.items() if (kept := [one for one in found if one.start < pos])
        }
        if self.comments is not None:
            self.comments = {start: end for start, end in self.comments.items() if start < pos}

    def _break_attribute(self, name: str, start: int, value: int, end: int) -> None:
        self.blanks.append((start, end))
        end = start + len(self.text[start:end].rstrip())
        value = min(end, value + len(self.text[value:end]) - len(self.text[value:end].lstrip()))
        broken = BrokenAttribute(name, start, value, end)
        self.broken.setdefault(self.blocks[-1].brace + 1, []).append(broken)
