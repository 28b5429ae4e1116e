"""Start a program that dies with its parent: `tether.py PARENT SIGNAL UID GID COMMAND...`.

A script of its own, with the standard library only, because the work has to be done between fork
and exec: a function run there by a process with threads may deadlock. It must drop its rights
first, since the kernel forgets the parent-death signal when the user changes.
"""

import ctypes
import os
import sys

PR_SET_PDEATHSIG = 1
LOST_PARENT = 75


def tether(parent: int, signal: int, uid: int, gid: int, command: list[str]) -> None:
    """Become `command` under (uid, gid) unless -1, to be sent `signal` when `parent` ends."""
    if uid >= 0:
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal, 0, 0, 0)
        if os.getppid() != parent:  # it died before the call above
            sys.exit(LOST_PARENT)
    os.execv(command[0], command)  # noqa: S606 - no shell is wanted


if __name__ == "__main__":
    _, parent_id, death_signal, user_id, group_id, *rest = sys.argv
    tether(int(parent_id), int(death_signal), int(user_id), int(group_id), rest)
