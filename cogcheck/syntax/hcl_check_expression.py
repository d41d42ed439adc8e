"""Checks expressions. Operators' ranks do not matter for what is valid, so operands and operators simply alternate."""

from __future__ import annotations

import re

from cogcheck.syntax.hcl_check_template import TemplateChecks
from cogcheck.syntax.hcl_simple import KEYWORDS
from cogcheck.syntax.hcl_source import FREE, IDENTIFIER, ITEM, MAX_DEPTH, NAME_PART, Opened, Refused

_OPERATOR = re.compile(r"==|!=|<=|>=|&&|\|\||[-+*%?]|/(?![/*])|<(?!<)|>")
_NUMBER = re.compile(r"\d++(?:\.\d++)*+(?:[eE][+-]?\d++)?", re.ASCII)
_LEADING_OPERATOR = re.compile(r"==|!=|<=|>=|&&|\|\||[+*%?]|/(?![/*])|<(?!<)|>|-[ \t]")
_LEADING_STEP = re.compile(r"\.[A-Za-z_*\d]")
_TOO_BIG = re.compile(r"(?=[0.]*+[1-9])[\d.]++[eE][+-]?0*+[1-9]\d{9}")
_FOR = re.compile(rf"for(?!{NAME_PART})")
_IF = re.compile(rf"if(?!{NAME_PART})")
_COLON = re.compile(":")
_JOIN = "Put the expression in parentheses ( ), or write it on one line."


class ExpressionChecks(TemplateChecks):
    """Follows expressions."""

    def expression(self) -> None:
        """Follow an expression up to what cannot belong to it."""
        while True:
            self._operand()
            self.skip()
            if self.newlines and self.at_line_end() and not self._continued(_LEADING_OPERATOR):
                return
            match = _OPERATOR.match(self.text, self.pos)
            if match is None:
                return
            start = self.pos
            if match.group() == "?":
                self._then(start)
            else:
                self.pos = match.end()
                if match.group() == "-":
                    self.show_plain(start, self.pos, "+")  # its lexer takes -10 for one number wherever it stands
            self.value_follows(start, f"there is no value after {match.group() if match.group() != '?' else ':'}")

    def _then(self, start: int) -> None:
        self.open("?", 1)
        self.value_follows(start, "there is no value after ?")
        self.expression()
        self.skip()
        if self.newlines and self.at_line_end():
            self._continued(_COLON)
        if not self.text.startswith(":", self.pos):
            raise self.unexpected("the : of this condition ? a : b is missing")
        self.opened.pop()
        self.pos += 1

    def value_follows(self, start: int, missing: str) -> None:
        """After an operator: the value must begin on the same line, unless brackets are around."""
        self.skip()
        if not (self.newlines and self.at_line_end()):
            return
        following = FREE.match(self.text, self.pos).end()  # type: ignore[union-attr]
        if following >= self.size or self.text[following] in ")]},:=" or ITEM.match(self.text, following):
            if following < self.size and self.indent(following) > self.indent(start):
                # What follows was meant to be within a bracket that is missing, up to where that is closed.
                self.opened.append(Opened("{", start))
            raise self.unexpected(missing)
        self.complain(start, self.pos, "A line break cannot follow here, outside of brackets", _JOIN)
        self.skip_lines(join=True)

    def _continued(self, leading: re.Pattern[str]) -> bool:
        """At a line's end: whether the next line goes on with the expression, which is a fault outside of brackets."""
        following = FREE.match(self.text, self.pos).end()  # type: ignore[union-attr]
        match = leading.match(self.text, following)
        if match is None or (self.opened and match.group()[0] in "-?:"):
            return False
        end = self.line_end(following)
        self.complain(following, min(match.end(), end), "A line cannot begin with this, outside of brackets", _JOIN)
        self.skip_lines(join=True)
        return True

    def _operand(self) -> None:
        signs = 0
        last = self.pos
        while (found := self.skip()) and found in "-!":
            if self.text.startswith("!=", self.pos):
                raise self.unexpected("a value was expected")
            signs += 1
            self.show_plain(last, self.pos, " ")
            last = self.pos
            self.show_plain(last, last + 1, "!")
            if signs > MAX_DEPTH:
                raise self.refused(self.pos, self.pos + 1, "This is nested too deeply")
            self.pos += 1
            self.value_follows(self.pos - 1, f"there is no value after {found}")
        self._term(found)
        self._steps()

    def _term(self, found: str) -> None:
        if found == '"':
            self.quoted()
        elif found.isdigit() and found.isascii():
            self._number()
        elif found == "(":
            self._parentheses()
        elif found == "[":
            self._tuple()
        elif found == "{":
            self._object()
        elif self.text.startswith("<<", self.pos):
            self.heredoc()
        elif (name := self.identifier()) is not None:
            self._name(name)
        else:
            raise self._no_value()

    def _no_value(self) -> Refused:
        if self.opened and (self.pos >= self.size or self.first_on_line(self.pos)):
            return self.unclosed("a value was expected")
        return self.unexpected("a value was expected")

    def _number(self) -> None:
        match = _NUMBER.match(self.text, self.pos)
        if match is None or match.group().count(".") > 1 or _TOO_BIG.match(match.group()):
            end = self.pos + 1 if match is None else match.end()
            raise self.refused(self.pos, end, f"{self.text[self.pos : end]} is no number")
        if self.plain or "e" in match.group().lower():
            self.show(self.pos, match.end(), "0" * (match.end() - self.pos))
        self.pos = match.end()

    def _name(self, name: str) -> None:
        """A variable, or a function's name and its arguments."""
        scoped = False
        end = self.pos
        begin = end - len(name)
        self.skip()
        while self.text.startswith("::", self.pos):
            scoped = True
            self.show(end, self.pos, "x" * (self.pos - end))
            self.pos += 2
            end = self.pos
            self.skip()
            self.show(end, self.pos, "x" * (self.pos - end))
            if self.identifier() is None:
                raise self.unexpected(f"the name of a function was expected after {name}::")
            end = self.pos
            self.skip()
        if scoped:
            self.show_plain(begin, end, "x")
        else:
            self.show_name(name, begin)
        if self.text.startswith("(", self.pos):
            if name in KEYWORDS and not scoped:
                self.show(begin, end, "x" * len(name))  # a function, if one that nobody has
            self._arguments()
        elif scoped:
            raise self.unexpected("the ( of a function's arguments was expected")

    def _arguments(self) -> None:
        before, self.newlines = self.newlines, False
        self.open("(", 1)
        while self.skip() != ")":
            self.expression()
            found = self.skip()
            if found == ",":
                self.pos += 1
            elif self.text.startswith("...", self.pos):
                self.pos += 3
                self.skip()
                break
            elif found != ")":
                raise self.unclosed("a comma or ) was expected after this argument")
        self.close(")")
        self.newlines = before

    def _parentheses(self) -> None:
        before, self.newlines = self.newlines, False
        self.open("(", 1)
        self.expression()
        self.skip()
        self.close(")")
        self.newlines = before

    def _tuple(self) -> None:
        before, self.newlines = self.newlines, False
        self.open("[", 1)
        self.skip()
        if _FOR.match(self.text, self.pos):
            self._for("]")
        else:
            while self.skip() != "]":
                self.expression()
                found = self.skip()
                if found == ",":
                    self.pos += 1
                elif found != "]":
                    raise self.unclosed("a comma or ] was expected after this item")
            self.close("]")
        self.newlines = before

    def _object(self) -> None:
        before = self.newlines
        self.open("{", 1)
        self.skip_lines()
        if _FOR.match(self.text, self.pos):
            self.newlines = False
            self._for("}")
        else:
            self.newlines = True
            end: int | None = None
            while (found := self.skip_lines()) != "}":
                if found in "([-" and end is not None:
                    self._separate(end)
                end = self._object_item()
            self.close("}")
        self.newlines = before

    def _separate(self, end: int) -> None:
        """Show a comma before a key such as (local.key), which tree-sitter takes for a part of the value above it."""
        if not self.plain and not IDENTIFIER.fullmatch(self.text[self.line_start(end) : end].strip()):
            self.show(end, self.pos, ",")

    def _object_item(self) -> int | None:
        """Follow a key and its value; where this ends, if a line break separates it from the next."""
        start = self.pos
        if start >= self.size:
            raise self.unclosed("a key or } was expected")
        self.expression()
        found = self.skip()
        if (found != "=" and found != ":") or self.text.startswith(("==", "=>"), self.pos):
            raise self.unclosed("= and a value were expected after this key")
        self.pos += 1
        self.value_follows(self.pos - 1, f"the key {self.text[start : self.pos - 1].strip()} has no value")
        self.expression()
        end = self.pos
        found = self.skip()
        if found == ",":
            self.pos += 1
            return None
        if found != "}" and (not self.at_line_end() or self.pos >= self.size):
            raise self.unclosed("a comma, a line break or } was expected after this value")
        return end

    def _for(self, end: str) -> None:
        self.pos += 3
        self.loop_names()
        self.expression()
        if self.skip() != ":":
            raise self.unclosed("the : of this for expression was expected")
        self.pos += 1
        self.expression()
        self.skip()
        if end == "}":
            if not self.text.startswith("=>", self.pos):
                raise self.unclosed("=> was expected: an object's for gives key => value")
            self.pos += 2
            self.expression()
            self.skip()
            if self.text.startswith("...", self.pos):
                self.pos += 3
                self.skip()
        if _IF.match(self.text, self.pos):
            self.pos += 2
            self.expression()
            self.skip()
        self.close(end)

    def _steps(self) -> None:
        """Follow `.name`, `.0`, `[key]`, `.*` and `[*]` after a term."""
        starred = False
        while True:
            found = self.skip()
            if (
                self.newlines
                and (not found or found in "\r\n#/")
                and self.at_line_end()
                and not self._continued(_LEADING_STEP)
            ):
                return
            found = self.text[self.pos : self.pos + 1]
            if found == "[":
                self._index()
                starred = False
            elif found == "." and not self.text.startswith("...", self.pos):
                self.pos += 1
                starred = self._after_dot(starred)
            else:
                return

    def _after_dot(self, starred: bool) -> bool:
        dot = self.pos - 1
        found = self.skip()
        if found == "*":
            if starred:
                raise self.refused(
                    self.pos, self.pos + 1, "A .* cannot follow another .*", "Use [*] for the first of the two."
                )
            self.pos += 1
            if self.pos - dot > 2:
                self.show(dot, self.pos, ".*".rjust(self.pos - dot))
            return True
        if found.isdigit() and found.isascii():
            match = _NUMBER.match(self.text, self.pos)
            if match is not None and "." in match.group():
                raise self.refused(
                    self.pos, match.end(), "Two indexes cannot be written as .0.1", "Write them as [0][1]."
                )
            end = match.end() if match else self.pos + 1
            self.show(self.pos, end, "0" * (end - self.pos))
            self.pos = end
        else:
            begin = self.pos
            if self.identifier() is None:
                raise self.unexpected("a name was expected after the dot")
            self.show_plain(begin, self.pos, "x")
        return starred

    def _index(self) -> None:
        before, start = self.newlines, self.pos
        self.open("[", 1)
        if self.skip() == "*":
            star = self.pos
            self.pos += 1
            self.skip()
            self.close("]")
            if self.pos - start > 3:
                # The readers know [*] without blanks only: this is an index to them, whose key is then seen to be *.
                self.show(star, star + 1, "0")
            return
        self.newlines = False
        if self.skip() == "]":
            raise self.unexpected("an index was expected between [ and ]")
        self.expression()
        self.skip()
        self.close("]")
        self.newlines = before
