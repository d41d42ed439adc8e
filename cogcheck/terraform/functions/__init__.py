"""Terraform 1.11's functions, by the topics of its documentation; a topic is loaded when it is first called for."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cogcheck.terraform.functions.base import Function

_TOPICS = {
    "numeric": "abs ceil floor log max min parseint pow signum",
    "string": "chomp endswith indent join lower replace split startswith strcontains strrev substr title trim "
    "trimprefix trimspace trimsuffix upper",
    "formatting": "format formatlist",
    "patterns": "regex regexall",
    "collection": "coalesce coalescelist compact concat contains distinct element flatten index length one reverse "
    "slice sort",
    "mappings": "keys lookup merge values zipmap",
    "aggregate": "alltrue anytrue chunklist matchkeys range sum transpose",
    "sets": "setintersection setproduct setsubtract setunion",
    "encoding": "base64decode base64encode textdecodebase64 textencodebase64 urlencode",
    "documents": "csvdecode jsondecode jsonencode",
    "yaml": "yamldecode yamlencode",
    "filesystem": "abspath basename dirname file filebase64 fileexists fileset templatefile templatestring",
    "dates": "formatdate timeadd timecmp",
    "hashes": "base64sha256 base64sha512 filebase64sha256 filebase64sha512 filemd5 filesha1 filesha256 filesha512 md5 "
    "sha1 sha256 sha512 uuidv5",
    "network": "cidrhost cidrnetmask cidrsubnet cidrsubnets",
    "conversion": "ephemeralasnull issensitive nonsensitive sensitive tobool tolist tomap tonumber toset tostring",
}

UNTOLD: Mapping[str, str] = {
    "base64gzip": "compressed bytes depend on Terraform's own build",
    "bcrypt": "bcrypt() is random",
    "pathexpand": "pathexpand() depends on the user's home directory",
    "plantimestamp": "plantimestamp() is the time of the plan",
    "rsadecrypt": "rsadecrypt() needs a private key",
    "timestamp": "timestamp() is the time of the apply",
    "uuid": "uuid() is random",
}
"""Functions whose result no configuration tells, and why."""

TOPICS: Mapping[str, str] = {name: topic for topic, names in _TOPICS.items() for name in names.split()}
"""The topic of each function: the module here that has it."""


def find(name: str) -> Function | None:
    """The function of a name; None where Terraform has none, or its result cannot be told."""
    topic = TOPICS.get(name)
    if topic is None:
        return None
    functions: Mapping[str, Function] = import_module(f"{__name__}.{topic}").FUNCTIONS
    return functions[name]
