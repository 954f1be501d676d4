"""The units under systemd/: every line explained, every directive real, and as closed as we say."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOM = Path(__file__).parents[2] / "systemd"
UNITS = ("wirewatch.service", "wirewatch-user.service")
EXPOSURE_MAX = "15"  # tenths, in systemd's own measure: 1.5
KNOWN = {
    "Unit": "Description Wants After StartLimitBurst StartLimitIntervalSec",
    "Service": """
        Type NotifyAccess ExecStart ExecReload WatchdogSec TimeoutStartSec TimeoutStopSec KillMode Restart RestartSec
        RestartPreventExitStatus User Group StateDirectory StateDirectoryMode RuntimeDirectory RuntimeDirectoryMode
        ConfigurationDirectory UMask LoadCredential NoNewPrivileges CapabilityBoundingSet AmbientCapabilities
        ProtectSystem ProtectHome PrivateTmp PrivateDevices DevicePolicy PrivateUsers PrivateMounts ProtectClock
        ProtectControlGroups ProtectHostname ProtectKernelLogs ProtectKernelModules ProtectKernelTunables ProtectProc
        ProcSubset RestrictAddressFamilies RestrictNamespaces RestrictRealtime RestrictSUIDSGID LockPersonality
        MemoryDenyWriteExecute RemoveIPC SystemCallArchitectures SystemCallFilter SystemCallErrorNumber MemoryMax
        TasksMax OOMPolicy""",
    "Install": "WantedBy",
}
ANALYZE = shutil.which("systemd-analyze")
needs_systemd = pytest.mark.skipif(ANALYZE is None, reason="systemd-analyze is not on this machine")


def directives(unit: str) -> list[tuple[str, str, str, str]]:
    """Section, key, value and the line above, of every directive and of every one that is commented out."""
    found = []
    section = above = ""
    for line in (ROOM / unit).read_text().splitlines():
        if header := re.fullmatch(r"\[(\w+)\]", line):
            section = header[1]
        elif line and (pair := re.fullmatch(r"#?([A-Z]\w+)=(.*)", line)):
            found.append((section, pair[1], pair[2], above))
        elif line:
            assert line.startswith("# "), f"neither a directive nor a comment: {line}"
        above = line
    return found


@pytest.mark.parametrize("unit", UNITS)
def test_every_directive_is_explained_right_above_it(unit: str) -> None:
    found = directives(unit)
    assert len(found) > 20
    assert [key for _, key, _, above in found if not re.match(r"# \S.{10,}", above)] == []


@pytest.mark.parametrize("unit", UNITS)
def test_every_directive_is_one_that_systemd_knows_in_that_section(unit: str) -> None:
    assert [(section, key) for section, key, _, _ in directives(unit) if key not in KNOWN[section].split()] == []


@pytest.mark.parametrize("unit", UNITS)
def test_a_mistake_in_the_configuration_never_becomes_a_restart_loop(unit: str) -> None:
    service = {key: value for section, key, value, _ in directives(unit) if section == "Service"}
    assert (service["Restart"], service["RestartPreventExitStatus"]) == ("on-failure", "2")
    assert (service["Type"], service["WatchdogSec"]) == ("notify", "60")
    assert service["ExecReload"].endswith("kill -HUP $MAINPID")


def test_the_group_may_read_the_store_and_the_parsers_may_limit_themselves() -> None:
    values = [(key, value) for _, key, value, _ in directives("wirewatch.service")]
    service = dict(values)
    assert (service["User"], service["Group"]) == ("wirewatch", "wirewatch")
    assert (service["StateDirectory"], service["StateDirectoryMode"]) == ("wirewatch", "0750")
    assert service["UMask"] == "0027"
    assert "DynamicUser" not in service
    assert not any("@resources" in value for key, value in values if key == "SystemCallFilter")


def test_the_time_to_stop_covers_a_delivery_that_is_under_way() -> None:
    from monitor.core.model import LIMITS

    for unit in UNITS:
        service = {key: value for _, key, value, _ in directives(unit)}
        assert int(service["TimeoutStopSec"]) > LIMITS.send_deadline_s + 10


def as_installed(unit: str, folder: Path) -> Path:
    """The unit with a command that exists here, as verify insists on."""
    path = folder / unit
    text = (ROOM / unit).read_text()
    path.write_text(re.sub(r"^ExecStart=\S+", "ExecStart=/bin/true", text, flags=re.MULTILINE))
    return path


def analyze(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    assert ANALYZE is not None
    environ = {**os.environ, "XDG_RUNTIME_DIR": str(folder), "HOME": str(folder), "SYSTEMD_COLORS": "0"}
    return subprocess.run(
        [ANALYZE, *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env=environ,
        stdin=subprocess.DEVNULL,
    )


@needs_systemd
@pytest.mark.parametrize(("unit", "scope"), [("wirewatch.service", "--system"), ("wirewatch-user.service", "--user")])
def test_systemd_finds_no_fault_in_the_unit(unit: str, scope: str, tmp_path: Path) -> None:
    result = analyze(tmp_path, scope, "verify", "--man=no", str(as_installed(unit, tmp_path)))
    assert (result.returncode, result.stderr) == (0, "")


@needs_systemd
def test_systemd_would_find_a_misspelt_directive(tmp_path: Path) -> None:
    path = as_installed("wirewatch.service", tmp_path)
    path.write_text(path.read_text().replace("NoNewPrivileges=", "NoNewPriviledges="))
    assert "NoNewPriviledges" in analyze(tmp_path, "--system", "verify", "--man=no", str(path)).stderr


@needs_systemd
def test_the_service_is_as_closed_as_we_say(tmp_path: Path) -> None:
    unit = str(as_installed("wirewatch.service", tmp_path))
    result = analyze(tmp_path, "security", "--offline=true", f"--threshold={EXPOSURE_MAX}", "--no-pager", unit)
    assert result.returncode == 0, result.stdout.splitlines()[-1]


@pytest.mark.skipif(shutil.which("systemd-sysusers") is None, reason="systemd-sysusers is not on this machine")
def test_the_user_is_one_that_systemd_can_make() -> None:
    result = subprocess.run(
        ["systemd-sysusers", "--dry-run", f"--root={ROOM / 'nowhere'}", str(ROOM / "wirewatch.sysusers")],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert "Creating user 'wirewatch'" in result.stderr + result.stdout
