#!/usr/bin/python3
"""The manual page and the completions know every verb and option: manual.py RALL"""
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path


def output(*command, **options):
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, timeout=60, **options)
    assert done.returncode == 0, done
    return done.stdout


def completed(script, *words):
    """What bash offers for the last word."""
    program = f'source "{script}"; COMP_WORDS=({" ".join(words)}); [ -n "$LAST" ] || COMP_WORDS+=(""); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1)); _rall; printf "%s\\n" "${{COMPREPLY[@]}}"'
    return output("bash", "-c", program, env={"LAST": "1", "PATH": "/usr/bin:/bin"}).split()


def main(rall):
    verbs = re.findall(r"^  ([a-z]+) {2,}", output(rall, "--help"), re.M)
    assert len(verbs) >= 9 and "run" in verbs, verbs
    options = {verb: set(re.findall(r"(--[a-z][a-z-]*)", "\n".join(re.findall(r"^  (-.*?)(?:  |$)", output(rall, verb, "--help"), re.M)))) for verb in verbs}
    assert {"--csv", "--json", "--output-dir"} <= options["run"], options

    page = output(rall, "--man")
    plain = page.replace("\\-", "-")
    parts = {name.lower(): text for name, text in re.findall(r'\.SH "RALL ([A-Za-z]+)"\n(.*?)(?=\.SH )', plain, re.S)}
    for verb in verbs:
        assert all(f"\\fB{option}\\fR" in parts[verb] for option in options[verb]), (verb, parts.get(verb))
    if shutil.which("groff"):
        shown = subprocess.run(["groff", "-man", "-Tutf8", "-ww", "-Wbreak"], input=page, capture_output=True, text=True)
        assert shown.returncode == 0 and not shown.stderr, shown.stderr

    texts = {shell: output(rall, "--completion", shell) for shell in ("bash", "zsh", "fish")}
    for shell, text in texts.items():
        for verb in verbs:
            for option in options[verb]:
                assert (f"-l {option[2:]}" if shell == "fish" else option) in text, (shell, verb, option)
        if shutil.which(shell):
            subprocess.run([shell, "-n"], input=text, text=True, check=True)
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "rall"
        script.write_text(texts["bash"])
        assert completed(script, "rall", "ru") == ["run"]
        assert completed(script, "rall", "run", "--cs") == ["--csv"]
        assert completed(script, "rall", "run", str(script)[:-1]) == [str(script)]
    done = subprocess.run([rall, "--completion", "tcsh"], capture_output=True, text=True)
    assert done.returncode == 2 and "expected bash, zsh or fish" in done.stderr, done


if __name__ == "__main__":
    main(sys.argv[1])
