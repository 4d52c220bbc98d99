"""Units for systemd and lines for cron that crawl by the clock: texts from the templates in config/systemd."""

import hashlib
import re
import shlex
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import config

TEMPLATES = Path(config.__file__).parent / "systemd"
NEEDED = ("baoluu-crawl.service", "baoluu-crawl.timer", "baoluu-alarm@.service")
OPTIONAL = tuple(f"baoluu-{job}.{kind}" for job in ("verify", "repack", "backup") for kind in ("service", "timer"))
PERIODS = {f"{n}m": n for n in (5, 6, 10, 12, 15, 20, 30)} | {f"{n}h": 60 * n for n in (1, 2, 3, 4, 6, 8, 12)}
PERIODS |= {"1d": 1440}
"""What divides an hour or a day evenly, which is what both can do, in minutes."""
BACKUP = Path("/media/backup/archive.db")
"""Where the copies go until somebody names a place."""
_TOKEN = re.compile(r"@([A-Z]+)@")
_SCRATCH = ("/tmp", "/var/tmp")
_EARLY = 5
"""The hour of a daily crawl."""


@dataclass(frozen=True)
class Plan:
    """What is to run, how often, as whom. All paths are absolute."""

    every: str
    """A key of `PERIODS`."""
    archive: Path
    root: Path
    """The checkout."""
    command: Path
    """The `baoluu` of its environment."""
    user: str
    contact: str
    """What the papers are told: a page, or `mailto:`."""

    @property
    def minute(self) -> int:
        """The minute of the first crawl: any, but the same for the same archive, so that not all ask at one time."""
        return hashlib.sha256(str(self.archive).encode()).digest()[0] % min(PERIODS[self.every], 60)

    def called(self, kind: str) -> str:
        """The command line that gives this plan's texts."""
        words = (str(self.command), "schedule", kind, "--every", self.every, "--archive", str(self.archive))
        return shlex.join(words)


def units(plan: Plan) -> dict[str, str]:
    """The units by name, the needed ones first."""
    given = {
        "BAOLUU": _argument(plan.command), "ARCHIVE": _argument(plan.archive), "BACKUP": _argument(BACKUP),
        "BACKUPFOLDER": _setting(BACKUP.parent), "FOLDER": _setting(plan.archive.parent),
        "ROOT": _percent(plan.root), "ROOTURL": _percent(quote(str(plan.root))), "USER": _percent(plan.user),
        "CONTACT": _setting(f"BAOLUU_CONTACT={plan.contact}"), "TMP": _tmp(plan), "EVERY": plan.every,
        "CALENDAR": _calendar(plan), "JITTER": f"{min(PERIODS[plan.every] * 10, 300)}s",
    }  # fmt: skip
    given["COMMON"] = _filled("common.conf", given).rstrip("\n")
    return {name: _filled(name, given) for name in (*NEEDED, *OPTIONAL)}


def all_units(plan: Plan) -> str:
    """All of them, one after the other, with how to install them above and a line that names each."""
    called = plan.called("systemd")
    head = f"""\
# Units for systemd. Nothing has been installed. These lines install what is needed, each unit into its own file:
#   for unit in {" ".join(NEEDED)}; do
#     {called} --unit "$unit" | sudo tee "/etc/systemd/system/$unit" > /dev/null
#   done
#   sudo systemctl daemon-reload && sudo systemctl enable --now baoluu-crawl.timer
# The others (verify, repack, backup) are optional: the same with their .service and .timer, then enable the .timer.
# Afterwards: systemctl list-timers 'baoluu-*' tells when, journalctl -u baoluu-crawl what happened.
"""
    found = units(plan)
    return head + "".join(f"\n# ---- /etc/systemd/system/{name}\n{text}" for name, text in found.items())


def crontab(plan: Plan) -> str:
    """The lines for a crontab, with how to install them above."""
    given = {
        "BAOLUU": _word(plan.command), "ARCHIVE": _word(plan.archive), "BACKUP": _word(BACKUP),
        "ROOT": _word(plan.root), "LOG": _word(plan.archive.parent / "crawl.log"), "TIMES": _times(plan),
        "PATH": f"{plan.command.parent}:/usr/local/bin:/usr/bin:/bin",
        "CONTACT": f"BAOLUU_CONTACT={plan.contact}", "SELF": plan.called("cron"),
    }  # fmt: skip
    return _filled("crontab", given)


def _filled(template: str, given: dict[str, str]) -> str:
    value: Callable[[re.Match[str]], str] = lambda match: given[match[1]]  # noqa: E731
    return _TOKEN.sub(value, (TEMPLATES / template).read_text(encoding="utf-8"))


def _calendar(plan: Plan) -> str:
    """`systemd.time(7)`."""
    minutes = PERIODS[plan.every]
    if minutes < 60:
        return f"*-*-* *:{plan.minute:02}/{minutes}:00"
    hours = f"{_EARLY:02}" if minutes == 1440 else f"0/{minutes // 60}"
    return f"*-*-* {hours}:{plan.minute:02}:00"


def _times(plan: Plan) -> str:
    """The five fields of `crontab(5)`; minutes as a list, which every cron understands."""
    minutes = PERIODS[plan.every]
    if minutes < 60:
        return f"{','.join(map(str, range(plan.minute, 60, minutes)))} * * * *"
    return f"{plan.minute} {_EARLY if minutes == 1440 else f'*/{minutes // 60}'} * * *"


def _tmp(plan: Plan) -> str:
    """A /tmp of its own would hide what lies in the common one."""
    inside = any(str(path).startswith(f"{tmp}/") for path in (plan.archive, plan.root) for tmp in _SCRATCH)
    return f"ReadWritePaths={' '.join(_SCRATCH)}" if inside else "PrivateTmp=yes"


def _percent(value: object) -> str:
    """A value without systemd's specifiers."""
    return str(value).replace("%", "%%")


def _setting(value: object) -> str:
    """One word of a setting: quoted and escaped where `systemd.syntax(7)` wants it."""
    text = _percent(value)
    if re.fullmatch(r"[\w./:@%+=,~-]+", text):
        return text
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _argument(value: object) -> str:
    """One word of a command line, where `$` begins a variable, too."""
    return _setting(value).replace("$", "$$")


def _word(value: object) -> str:
    """One word of a crontab's command: quoted for the shell; a bare % would be a line's end to cron."""
    return shlex.quote(str(value)).replace("%", "\\%")
