"""An empty Debian 12, made by debootstrap, for tests of what installs on a machine that has nothing. It takes root, and the machine's mirror of Debian."""
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

MOUNTS = 'mount -t proc proc "$1/proc" && mount --rbind /dev "$1/dev" && exec chroot "$1" sh -eu /bare/$2.sh'
OF_THE_NETWORK = ("/etc/resolv.conf", "/etc/hosts", "/etc/pip.conf", "/etc/ssl/certs/ca-certificates.crt")  # what this machine knows of it


def skip_without_means():
    """Exits with 77 (skipped) where such a system cannot be made."""
    if os.geteuid() != 0 or not shutil.which("debootstrap") or not shutil.which("unshare"):
        print("skipped: it takes root and debootstrap")
        sys.exit(77)


def mirror():
    """Where this machine takes Debian from, as an argument; none where that is not to be seen: debootstrap has a default."""
    files = [Path("/etc/apt/sources.list"), *Path("/etc/apt/sources.list.d").glob("*")]
    text = "\n".join(file.read_text() for file in files if file.is_file())
    found = re.search(r"(?m)^(?:URIs:|deb (?:\[.*?\] )?)\s*(\S+/debian)/?(?:\s|$)", text)
    return [found[1]] if found else []


class System:
    """The system in a directory, which is made unless it is there. What a test puts in lies in /bare of it."""

    def __init__(self, root, *packages):
        self.root = root
        if not root.exists():
            include = ",".join(("ca-certificates", *packages))
            subprocess.run(["debootstrap", "--variant=minbase", f"--include={include}", "bookworm", root, *mirror()], check=True, stdout=subprocess.DEVNULL)
        for file in OF_THE_NETWORK:
            if Path(file).exists():
                shutil.copy(file, root / file[1:])
        self.place = root / "bare"
        shutil.rmtree(self.place, ignore_errors=True)
        self.place.mkdir()

    def put(self, source, files):
        """Files of a checkout that git knows, by its patterns, in /bare/tree."""
        listed = subprocess.run(["git", "ls-files", *files], cwd=source, capture_output=True, text=True, check=True).stdout
        for name in listed.splitlines():
            (self.place / "tree" / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source / name, self.place / "tree" / name)

    def run(self, script):
        """What /bare/SCRIPT.sh says and complains of, in namespaces of its own: what is mounted is gone when it ends."""
        done = subprocess.run(["unshare", "--mount", "--pid", "--fork", "sh", "-c", MOUNTS, "sh", self.root, script], capture_output=True, text=True, check=False,
                              env={**os.environ, "HOME": "/root", "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"})
        print(done.stdout, done.stderr, sep="\n")
        if done.returncode != 0:
            sys.exit(f"{script}: {done.returncode}")
        return done.stdout, done.stderr
