"""Checks quoted strings, heredocs, and the `${ }` and `%{ }` in them."""

from __future__ import annotations

import re

from cogcheck.syntax.hcl_source import ITEM, MAX_DEPTH, NAME_PART, NAME_START, TOP, Refused, Source

_QUOTED_RUN = re.compile(r'(?:[^"\\$%\r\n]|\\[nrt"\\]|\\u(?![dD][89a-fA-F])[0-9A-Fa-f]{4}|\$\$\{|%%\{|[$%](?!\{))*+')
_ESCAPE = re.compile(r"\\(?:(u)([0-9A-Fa-f]{0,4})|(U)([0-9A-Fa-f]{0,8})|(?s:.))?")
_HEREDOC = re.compile(rf"<<(-?)({NAME_START}{NAME_PART}*+)\r?\n")
_HEREDOC_EVENT = re.compile(r"\$\$\{|%%\{|\$\{~?|%\{~?|\r(?!\n)")
_NAME = re.compile(r"(?<![\w-][\w-])(?:-*+\w)++")
_CLOSED_LINE = re.compile(r"[ \t]*+[,)\]}]*+[ \t]*+(?:(?:#|//)[^\n]*+)?\r?(?:\n|\Z)")
_OTHER_LINES = re.compile(rf"^[ \t]*+(?:\}}|{ITEM.pattern})", re.MULTILINE)
_ESCAPES = 'The escapes are \\n, \\r, \\t, \\", \\\\, \\uNNNN and \\UNNNNNNNN; a backslash itself is written \\\\.'
_KEYWORDS = {"if", "in", "for", "for_each", "else", "endif", "endfor"}
_DIRECTIVE_HELP = "The directives are if, else, endif, for and endfor; %{ as plain text is written %%{."


class TemplateChecks(Source):
    """Follows templates. `expression` comes with the next layer."""

    def expression(self) -> None:
        """Follow an expression."""
        raise NotImplementedError

    def quoted(self, *, label: bool = False) -> None:
        """Follow a quoted string; a block's label may hold no `${`."""
        text = self.text
        self.open('"', 1)
        start = self.opened[-1].start
        directives: list[tuple[str, int]] = []
        several_lines = False
        while True:
            begin = self.pos
            self.pos = pos = _QUOTED_RUN.match(text, begin).end()  # type: ignore[union-attr]
            self.show_plain(begin, pos, "x")
            found = text[pos : pos + 1]
            if found == '"':
                break
            if found == "\\":
                self._escape()
                self.show_plain(pos, self.pos, "x")
            elif found == "\n" or (found == "\r" and text.startswith("\r\n", pos)):
                if not several_lines:
                    self._line_break_in_string(start)
                    several_lines = True
                self.pos += 1 if found == "\n" else 2
                self.show_plain(pos, self.pos, "x")
            elif found == "\r":
                raise self.invalid_character(pos)
            elif not found:
                raise self._never_closed(start)
            elif label:
                raise self.refused(
                    pos,
                    pos + 2,
                    "A block's label must be plain text",
                    f"Plain text {found}{{ is written {found}{found}{{.",
                )
            else:
                self._sequence(directives)
        self._balanced(directives)
        self.opened.pop()
        self.pos += 1

    def _never_closed(self, start: int) -> Refused:
        end = self.line_end(start)
        outer = self.opened[-2] if len(self.opened) > 1 else None
        if outer is not None and outer.sign in {"${", "%{"} and self.line_end(outer.start) == end:
            # The quote that should end the outer string was taken for the start of one within ${ }.
            return self.refused(outer.start, outer.start + 2, f"This {outer.sign} is never closed", resume=end)
        return self.refused(
            start, end, "This string has no closing quote on its line", 'Add " where the string ends.', resume=end
        )

    def _line_break_in_string(self, start: int) -> None:
        """A string over several lines, or one whose quote was forgotten: what stands before the next quote tells."""
        text = self.text
        end = self.pos
        while True:
            end = text.find('"', end)
            if end < 0:
                raise self._never_closed(start)
            if text[end - 1] != "\\":
                break
            end += 1
        if not _CLOSED_LINE.match(text, end + 1) or _OTHER_LINES.search(text, self.pos, end):
            raise self._never_closed(start)
        self.complain(
            start,
            self.line_end(start),
            "A quoted string cannot go over several lines",
            "Write \\n for the line break, or use a heredoc (<<EOT).",
        )

    def _escape(self) -> None:
        match = _ESCAPE.match(self.text, self.pos)
        if match is None or match.group() in {"\\\n", "\\\r"}:
            self.show(self.pos, self.pos + 1, "x")
            self.pos += 1
            return
        digits = match[2] if match[1] else match[4]
        if digits is None:
            raise self.refused(self.pos, match.end(), f"{match.group()} is no escape sequence", _ESCAPES)
        if len(digits) < (4 if match[1] else 8):
            message = f"\\{match[1] or match[3]} needs {4 if match[1] else 8} hexadecimal digits"
            raise self.refused(self.pos, match.end(), message, _ESCAPES)
        point = int(digits, 16)
        if point > 0x10FFFF or 0xD800 <= point <= 0xDFFF:
            raise self.refused(self.pos, match.end(), f"{match.group()} is no Unicode character", _ESCAPES)
        self.pos = match.end()

    def heredoc(self) -> None:
        """Follow a heredoc to the end of its closing marker."""
        text, start = self.text, self.pos
        match = _HEREDOC.match(text, start)
        if match is None:
            raise self._no_heredoc(start)
        marker = match[2]
        self.open("<<", match.end() - start, marker)
        directives: list[tuple[str, int]] = []
        line, end = self._marker_line(self.pos, marker, match)
        if self.plain:
            self.show(start, start + 1, '"')
            self.show_plain(start + 1, self.pos, "x")
        begin = self.pos
        while True:
            event = _HEREDOC_EVENT.search(text, self.pos, line)
            if event is None:
                break
            self.pos = event.start()
            sign = event.group()
            if sign == "\r":
                raise self.invalid_character(self.pos)
            if len(sign) == 3 and sign[2] == "{":
                self.pos += 3
                continue
            self.show_plain(begin, self.pos, "x")
            self._sequence(directives)
            begin = self.pos
            if self.pos > line:
                line, end = self._marker_line(self.line_end(self.pos) + 1, marker, match)
        self._balanced(directives)
        self.opened.pop()
        self.pos = end
        if self.plain:
            quote = begin + len(text[begin:end].rstrip()) - 1
            self.show_plain(begin, quote, "x")
            self.show(quote, end, '"')

    def _no_heredoc(self, start: int) -> Refused:
        end = self.line_end(start)
        name = _NAME.search(self.text, start, end)
        closing = name and re.compile(rf"^[ \t]*+{re.escape(name.group())}[ \t\r]*+$", re.M).search(self.text, end)
        return self.refused(
            start,
            end,
            "A heredoc begins with << or <<- and a name, which must end the line",
            "Write it as <<EOT, with no quotes, blanks or comments around the name.",
            resume=closing.end() if closing else None,
        )

    def _marker_line(self, begin: int, marker: str, match: re.Match[str]) -> tuple[int, int]:
        """Where the line of the closing marker begins, and where the marker ends on it."""
        text = self.text
        found = text.find(marker, begin)
        while found >= 0:
            line, end = max(self.line_start(found), begin), self.line_end(found)
            if end < self.size and text[line:end].strip() == marker:
                if not self.plain and not text[line:end].isascii():
                    self.show(line, found, "")
                    self.show(found + len(marker), end, "")
                return line, end - 1 if text[end - 1] == "\r" else end
            found = text.find(marker, end)
        raise self._heredoc_never_closed(marker, match)

    def _heredoc_never_closed(self, marker: str, match: re.Match[str]) -> Refused:
        at = match.start()
        end = match.end(2)
        near = re.compile(rf"^[ \t]*+{re.escape(marker)}\b", re.MULTILINE).search(self.text, end)
        help_ = f"Add a line with nothing but {marker} where it ends."
        if near is not None:
            line = self.line_number(near.end())
            last = self.line_end(near.end()) >= self.size
            help_ = (
                f"Line {line} is the last of the file and lacks its line break."
                if last and self.text[near.end() :].strip() == ""
                else f"In line {line}, nothing may follow {marker}: put what comes after it on the next line."
            )
        following = TOP.search(self.text, end)
        resume = near.end() if near is not None else following.start() if following is not None else self.size
        return self.refused(at, end, f"This heredoc is never closed: no line holds only {marker}", help_, resume)

    def _sequence(self, directives: list[tuple[str, int]]) -> None:
        """Follow `${ }` or `%{ }`."""
        text, start = self.text, self.pos
        sign = text[start : start + 2]
        before, self.newlines = self.newlines, False
        strips = text.startswith("~", start + 2)
        self.open(sign, 3 if strips else 2)
        if strips:
            self.show_plain(start + 2, start + 3, " ")
        if sign == "%{":
            self._directive(directives, start)
        else:
            if self.skip() == "}" or text.startswith("~}", self.pos):
                raise self.refused(
                    start, self.pos + 1, "There is no expression in this ${ }", "Plain text ${ is written $${."
                )
            self.expression()
        self.skip()
        strips = text.startswith("~}", self.pos)
        if strips:
            self.show_plain(self.pos, self.pos + 1, " ")
        self.close("~}" if strips else "}")
        self.newlines = before

    def _directive(self, directives: list[tuple[str, int]], start: int) -> None:
        self.skip()
        keyword = self.identifier()
        if keyword in {"if", "for"}:
            directives.append((keyword, start))
            if len(directives) > MAX_DEPTH:
                raise self.refused(start, self.pos, f"This is nested too deeply: more than {MAX_DEPTH} levels")
            if keyword == "for":
                self.loop_names()
            self.expression()
        elif keyword in {"else", "endif", "endfor"}:
            self._close_directive(directives, keyword, start)
        else:
            message = (
                f"{keyword} is no template directive" if keyword else "A template directive is missing in this %{ }"
            )
            raise self.refused(start, self.pos, message, _DIRECTIVE_HELP)

    def _close_directive(self, directives: list[tuple[str, int]], keyword: str, start: int) -> None:
        opened = directives[-1][0] if directives else None
        if opened == "if" and keyword == "else":
            directives[-1] = ("else", directives[-1][1])
        elif (opened in {"if", "else"} and keyword == "endif") or (opened == "for" and keyword == "endfor"):
            directives.pop()
        elif opened is None:
            raise self.refused(start, self.pos, f"This %{{ {keyword} }} belongs to nothing in this template")
        else:
            line = self.line_number(directives[-1][1])
            message = f"This %{{ {keyword} }} does not fit the %{{ {opened} }} of line {line}"
            raise self.refused(start, self.pos, message, _DIRECTIVE_HELP)

    def _balanced(self, directives: list[tuple[str, int]]) -> None:
        if directives:
            keyword, start = directives[-1]
            end = "endfor" if keyword == "for" else "endif"
            raise self.refused(
                start, start + 2, f"This %{{ {keyword} }} has no %{{ {end} }}", "Plain text %{ is written %%{."
            )

    def loop_names(self) -> None:
        """Follow `k, v in` of a loop."""
        for attempt in range(2):
            self.skip()
            before = self.pos
            name = self.identifier()
            if name is None or (name == "in" and self._lacks_name(attempt)):
                self.pos = before
                raise self.unexpected("for needs the name of its variable, as in: for item in list")
            self.show_name(name, before)
            if self.skip() != ",":
                break
            self.pos += 1
        self.skip()
        start = self.pos
        if self.identifier() != "in":
            self.pos = start
            raise self.unexpected("the in of this for is missing, as in: for item in list")

    def show_name(self, name: str, start: int) -> None:
        """Show the second reader a name that it cannot take for a keyword."""
        if name in _KEYWORDS:
            self.show_plain(start, start + len(name), "x")

    def _lacks_name(self, attempt: int) -> bool:
        """After `in`: `for in in x` names its variable `in`, `for in x` has none."""
        rest = self.text[self.pos : self.pos + 100].lstrip()
        return not (rest.startswith(("in ", "in\t", "in\n")) or (attempt == 0 and rest.startswith(",")))
