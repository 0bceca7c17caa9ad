"""What does a running process cost?"""

import os
import shutil
import subprocess
from pathlib import Path


def cpu_seconds(pid: int) -> float:
    """Return the processor time that a process has used; 0 where there is no /proc."""
    stat = Path(f"/proc/{pid}/stat")
    if not stat.exists():
        return 0.0
    fields = stat.read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def mb(pid: int) -> float:
    """Return the memory of a process in MB."""
    asked = [shutil.which("ps") or "ps", "-o", "rss=", "-p", str(pid)]
    return int(subprocess.check_output(asked)) / 1024
