"""Nothing outside of what is scanned is read, nothing is run, nothing is fetched: watched by Python's own audit."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hostile import TYPE, environment, write

WATCH = """
import json, os, sys
import cogcheck.cli  # what the interpreter itself does is not watched

events = []
FILES = (
    "open", "os.listdir", "os.scandir", "os.walk", "os.mkdir", "os.rmdir", "os.remove", "os.rename", "os.link",
    "os.symlink", "os.truncate", "os.chdir", "os.chmod", "os.chown", "os.utime", "os.mkfifo", "os.getxattr",
)
REFUSED = (
    "subprocess", "socket", "os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.fork", "os.startfile", "urllib",
    "http", "ftplib", "smtplib", "ctypes.dlopen", "shutil", "tempfile", "webbrowser", "pty",
)

def watch(event, arguments):
    if event in FILES and isinstance(arguments[0], (str, bytes)):
        events.append((event, os.path.realpath(os.fsdecode(arguments[0]))))
    elif event.startswith(REFUSED):
        events.append((event, repr(arguments)[:200]))

sys.addaudithook(watch)
code = cogcheck.cli.run(sys.argv[1:])
print(json.dumps([code, events]), file=sys.stderr)
"""
SECRET = f'resource "{TYPE}" "secret" {{\n  mfa_configuration = "SECRET"\n}}\n'
PLAN = json.dumps(
    {
        "format_version": "1.2",
        "planned_values": {"root_module": {"resources": [
            {"address": f"{TYPE}.a", "mode": "managed", "type": TYPE, "name": "a", "values": {"name": "a"}},
        ]}},
        "configuration": {"root_module": {"module_calls": {
            "a": {"source": "../outside", "module": {}}, "b": {"source": "/etc", "module": {}},
        }}},
    }
)  # fmt: skip
CALLS = """
variable "v" {{ default = "{0}/values" }}
locals {{
  read    = file("{0}/secret.txt")
  above   = file("${{path.module}}/../../../outside/secret.txt")
  linked  = file("${{path.module}}/link.txt")
  through = file("${{path.module}}/linked/secret.txt")
  render  = templatefile("{0}/secret.tftpl", {{}})
  nested  = templatestring("$${{file(\\"{0}/secret.txt\\")}}", {{}})
  set     = fileset("{0}", "*")
  wide    = fileset("${{path.module}}/..", "../../outside/**")
  links   = fileset("${{path.module}}", "linked/*")
  exists  = fileexists("{0}/secret.txt")
  encoded = filebase64("{0}/secret.txt")
  hashed  = filesha256("{0}/secret.txt")
  home    = file("~/.bashrc")
  system  = file("/etc/passwd")
  device  = file("/dev/zero")
}}
module "absolute" {{ source = "{0}" }}
module "above" {{ source = "../../../outside" }}
module "linked" {{ source = "./linked" }}
module "git" {{ source = "git::https://example.com/x.git" }}
module "http" {{ source = "https://example.com/x.zip" }}
module "registry" {{ source = "a/b/c" }}
data "external" "x" {{ program = ["touch", "{0}/touched"] }}
data "http" "x" {{ url = "https://example.com" }}
resource "TYPE" "a" {{
  name                       = "${{local.read}}${{local.above}}${{local.linked}}${{local.through}}${{local.render}}"
  email_verification_subject = "${{local.nested}}${{local.encoded}}${{local.hashed}}${{local.home}}${{local.system}}"
  sms_verification_message   = join("", local.set)
  email_verification_message = join("", local.wide)
  sms_authentication_message = join("", local.links)
  mfa_configuration          = local.exists ? "YES" : local.device
  tags                       = {{ a = data.external.x.result.a, b = data.http.x.body }}
  lambda_config {{ pre_sign_up = module.absolute.x }}
}}
"""


def watched(repository: Path, *arguments: str) -> tuple[int, list[tuple[str, str]], str]:
    """The exit code, what was opened or tried apart from Python's own files, and the output."""
    done = subprocess.run(
        [sys.executable, "-c", WATCH, *arguments], cwd=repository, env=environment(), capture_output=True, timeout=60
    )
    code, events = json.loads(done.stderr.decode().splitlines()[-1])
    own = {os.path.realpath(path) for path in (sys.prefix, sys.base_prefix, environment()["PYTHONPATH"])}
    strange = [
        (event, path)
        for event, path in events
        if not os.path.isabs(path) or not any(os.path.commonpath((top, path)) == top for top in own)
    ]
    return code, strange, done.stdout.decode() + done.stderr.decode()


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    outside = tmp_path / "outside"
    write(
        tmp_path,
        {
            "outside/main.tf": SECRET + 'output "x" {\n  value = "SECRET"\n}\n',
            "outside/secret.txt": "SECRET",
            "outside/secret.tftpl": "SECRET",
            "outside/terraform.tfvars": 'v = "SECRET"\n',
            "outside/.cogcheck.toml": "select = []\n",
            "outside/manifest.json": '{"version": "0.20", "stacks": {}}',
            "repo/.git/HEAD": "",
            "repo/a/b/main.tf": CALLS.format(outside).replace("TYPE", TYPE),
            "repo/cdktf.out/manifest.json": json.dumps(
                {
                    "version": "0.20",
                    "stacks": {
                        name: {"name": name, "constructPath": name, "synthesizedStackPath": path}
                        for name, path in {
                            "above": "../../outside/main.tf",
                            "absolute": f"{outside}/main.tf",
                            "linked": "linked/main.tf",
                        }.items()
                    },
                }
            ),
        },
    )
    repo = tmp_path / "repo"
    write(outside, {"info/exclude": "*\n", "pyproject.toml": "[tool.cogcheck]\nselect = []\n", "metadata.json": "{}"})
    write(repo, {"hcl/manifest.json": (repo / "cdktf.out/manifest.json").read_text().replace("main.tf", "cdk.tf")})
    write(repo, {"hcl/stacks/s/cdk.tf": SECRET.replace("SECRET", "ON"), "plan.json": PLAN})
    (repo / "hcl/stacks/s/metadata.json").symlink_to(outside / "metadata.json")
    (repo / "hcl/stacks/t").symlink_to(outside)
    (repo / ".git/info").symlink_to(outside / "info")
    (repo / "pyproject.toml").symlink_to(outside / "pyproject.toml")
    (repo / "a/b/x_override.tf").symlink_to(outside / "main.tf")
    (repo / "a/b/terraform.tfvars").symlink_to(outside / "terraform.tfvars")
    for link in ("a/b/linked", "linked", "cdktf.out/linked"):
        (repo / link).symlink_to(outside)
    (repo / "a/b/link.txt").symlink_to(outside / "secret.txt")
    (repo / "a/b/link.tf").symlink_to(outside / "main.tf")
    (repo / "a/b/x.auto.tfvars").symlink_to(outside / "terraform.tfvars")
    (repo / "a/b/.terraform.lock.hcl").symlink_to(outside / "secret.txt")
    (repo / "a/.gitignore").symlink_to(outside / "secret.txt")
    return repo


ARGUMENTS = [
    [],
    ["a"],
    ["a/b/main.tf"],
    ["cdktf.out"],
    ["cdktf.out/manifest.json"],
    ["hcl"],
    ["plan.json"],
    ["plan.json", "--source", "a/b"],
    [".", "plan.json", "hcl/manifest.json"],
]


@pytest.mark.parametrize("arguments", ARGUMENTS, ids=" ".join)
def test_nothing_outside_is_read(repository: Path, arguments: list[str]) -> None:
    code, strange, out = watched(repository, "scan", "--jobs", "1", "--show-undecided", *arguments)
    # Whether a directory is a repository is asked upwards, by looking for a name, and nothing is opened for it.
    assert [(event, path) for event, path in strange if not Path(path).is_relative_to(repository)] == []
    assert "SECRET" not in out
    assert code in (0, 1, 3)


def test_what_is_named_is_read(repository: Path) -> None:
    values = repository.parent / "outside" / "terraform.tfvars"
    code, strange, _ = watched(repository, "scan", "--jobs", "1", "--var-file", str(values), "a")
    outside = {path for _, path in strange if not Path(path).is_relative_to(repository)}
    assert outside == {os.path.realpath(values)}
    assert code in (1, 3)


def test_a_configuration_that_leads_outside_is_refused(repository: Path) -> None:
    (repository / ".cogcheck.toml").symlink_to(repository.parent / "outside" / ".cogcheck.toml")
    code, strange, out = watched(repository, "scan", "--jobs", "1", "a")
    assert (code, [path for _, path in strange if "outside" in path]) == (2, [])
    assert "Error: .cogcheck.toml: it is a link to a place outside of the repository\n" in out


@pytest.mark.parametrize(
    "setting",
    [
        'var-files = ["../outside/terraform.tfvars"]',
        'var-files = ["a/b/x.auto.tfvars"]',
        'rule-files = ["linked/secret.txt"]',
        'baseline = "../outside/baseline.json"',
        'baseline = "/etc/passwd"',
    ],
)
@pytest.mark.parametrize("command", ["scan", "baseline"])
def test_a_configuration_that_speaks_of_files_outside_is_refused(repository: Path, setting: str, command: str) -> None:
    """Whoever wrote a repository says what is read and written in it, and nowhere else."""
    write(repository, {".cogcheck.toml": f"{setting}\n"})
    code, strange, out = watched(repository, command, "--jobs", "1", "a")
    assert (code, [path for _, path in strange if not Path(path).is_relative_to(repository)]) == (2, [])
    assert "lies outside of the repository\n" in out


FIXTURES = Path(__file__).parent.parent / "fixtures"


@pytest.mark.parametrize("directory", sorted(path.name for path in FIXTURES.iterdir() if path.is_dir()))
def test_fixtures_are_all_that_is_read(tmp_path: Path, directory: str) -> None:
    repository = tmp_path / "repository"
    shutil.copytree(FIXTURES / directory, repository, symlinks=True)
    write(repository, {".git/HEAD": ""})
    code, strange, _ = watched(repository, "scan", "--jobs", "1", "--show-undecided", ".")
    assert [(event, path) for event, path in strange if not Path(path).is_relative_to(repository)] == []
    assert code in (0, 1, 3)
