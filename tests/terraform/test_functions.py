"""The table of functions, and what the console cannot show: files, templates, and results that cannot be told."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pytest
from evaluation import known, plain, steps, value

from cogcheck.model import Unknown
from cogcheck.terraform import functions

FILES = {
    "hello.txt": "Hello\n",
    "user.tmpl": "Hi ${name}%{ for x in items }, ${x}%{ endfor }!",
    "wrap.tmpl": "${items}",
    "again.tmpl": '${templatefile("hello.txt", {})}',
    "broken.tmpl": "${",
    "mail/a.html": "a",
    "mail/b.html": "b {####}",
    "mail/c.txt": "c",
}


def test_each_topic_has_the_functions_that_the_table_says() -> None:
    topics: dict[str, set[str]] = {}
    for name, topic in functions.TOPICS.items():
        topics.setdefault(topic, set()).add(name)
    for topic, names in topics.items():
        assert set(import_module(f"cogcheck.terraform.functions.{topic}").FUNCTIONS) == names


def test_functions_that_cannot_be_told() -> None:
    assert functions.UNTOLD.keys().isdisjoint(functions.TOPICS)
    for name, reason in functions.UNTOLD.items():
        found = value(f'{name}("x")')
        assert isinstance(found, Unknown)
        assert (found.reason, found.not_null, found.identity) == (reason, True, None)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('file("hello.txt")', "Hello\n"),
        ('file("nowhere.txt")', "?"),
        ('try(file("nowhere.txt"), "none")', "none"),
        ('try(file("../outside.txt"), "none")', "?"),
        ('fileexists("hello.txt")', True),
        ('fileexists("mail/a.html")', True),
        ('fileexists("nowhere.txt")', False),
        ('fileexists("../outside.txt")', "?"),
        ("file(var.u)", "?"),
        ('filebase64("hello.txt")', "SGVsbG8K"),
        ('filemd5("hello.txt")', "09f7e02f1290be211da707a266f153b3"),
        ('filesha1("hello.txt") == sha1("Hello\\n")', True),
        ('filesha256("hello.txt") == sha256("Hello\\n")', True),
        ('filesha512("hello.txt") == sha512("Hello\\n")', True),
        ('filebase64sha256("hello.txt") == base64sha256("Hello\\n")', True),
        ('filebase64sha512("hello.txt") == base64sha512("Hello\\n")', True),
        ('filemd5("nowhere.txt")', "?"),
        ('fileset("mail", "*.html")', ["a.html", "b.html"]),
        ('fileset("../x", "*")', "?"),
        ('[for f in fileset("mail", "*.html") : file("mail/${f}")]', ["a", "b {####}"]),
        ('templatefile("hello.txt", {})', "Hello\n"),
        ('templatefile("user.tmpl", { name = "Ann", items = [1, 2] })', "Hi Ann, 1, 2!"),
        ('templatefile("user.tmpl", { name = "Ann", items = var.u })', "?"),
        ('templatefile("user.tmpl", { name = "Ann" })', "?"),
        ('try(templatefile("user.tmpl", { name = "Ann" }), "none")', "none"),
        ('templatefile("wrap.tmpl", { items = [1, 2] })', [1, 2]),
        ('try(templatefile("again.tmpl", {}), "none")', "none"),
        ('try(templatefile("broken.tmpl", {}), "none")', "none"),
        ('try(templatefile("nowhere.tmpl", {}), "none")', "none"),
        ('templatefile("user.tmpl", var.u)', "?"),
        ('try(templatefile("user.tmpl", []), "none")', "none"),
        ("templatestring(var.t, { x = 1 })", "1-b"),
        ("templatestring(var.u, { x = 1 })", "?"),
        ("templatestring(var.plain, {})", "plain"),
        ('try(templatestring("${1}", {}), "none")', "none"),
        ('try(templatestring(var.t, { y = 1 }), "none")', "none"),
        ('basename("a/b")', "b"),
        ('abspath("a")', "?"),
        ('abspath("/a/./b")', "/a/b"),
        ('pathexpand("~")', "?"),
    ],
)
def test_files_and_templates(text: str, expected: Any) -> None:
    names = {"t": known("${x}-b", "default of var.t"), "plain": known("plain")}
    assert plain(value(text, names, files=FILES)) == expected


def test_known_pieces_of_a_template_file() -> None:
    found = value('templatefile("user.tmpl", { name = var.u, items = ["x"] })', files=FILES)
    assert isinstance(found, Unknown)
    assert found.literals == ("Hi ", ", x!")


def test_a_rendered_template_came_from_its_text() -> None:
    assert steps(value("templatestring(var.t, { x = 1 })", {"t": known("${x}", "default of var.t")})) == []
    assert steps(value("templatestring(var.t, { x = 1 })", {"t": known("${x}-", "default of var.t")})) == [
        "default of var.t"
    ]


@pytest.mark.parametrize(
    "text",
    [
        'length("👩‍👩‍👧")',
        'substr("👍🏽", 0, 1)',
        'strrev("🇩🇪")',
        'textencodebase64("a", "shift_jis")',
        'yamldecode("a: 2020-01-01")',
        'yamldecode("a: .inf")',
        'regex("\\\\p{Greek}", "a")',
        'regex("(?i)ä", "Ä")',
        'regex("[\\\\Qa\\\\E]", "a")',
        'cidrsubnet("10.0.0.0/8", 8, -1)',
        'cidrhost("::ffff:1.2.3.4/120", 1)',
        'timeadd("9999-12-31T23:59:59Z", "1h")',
        'timecmp("0001-01-01T00:00:00+01:00", "0001-01-01T00:00:00Z")',
        'formatdate("YYYY", "0000-01-01T00:00:00Z")',
        "pow(2, 100)",
        "pow(0, -1)",
        "log(0, 2)",
        "log(2, 1)",
        "1 / 0",
        'parseint("%s", 10)' % ("1" * 200),
        'tonumber("Inf")',
    ],
)
def test_what_cannot_be_told_is_no_failure(text: str) -> None:
    """Terraform has a result for each of these, so `try` must not go on to what comes next."""
    assert plain(value(f'try({text}, "next")')) == "?"
    found = value(text)
    assert isinstance(found, Unknown)
    assert "could not be evaluated" not in found.reason
