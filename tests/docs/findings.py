#!/usr/bin/env python3
"""The page of findings by code has all codes that tests expect, each with a message: findings.py PROJECT"""
import re
import sys
from pathlib import Path

project = Path(sys.argv[1])
sys.path.insert(0, str(project / "docs" / "site"))
import codes  # noqa: E402

SAMPLE = r'''
void f() {
    if (!there) throw InputError("sample-missing", {file, 3}, "there is no " + name + (many ? " and no other" : ""), "look elsewhere");
    complain(found, is_strict ? Severity::error : Severity::warning, "sample-odd", node, fmt::format("{} of {{{:.3g}}}", n, x));
    found.note("sample-word", {});  // a code alone
    call("not-a-code", 3); auto const text = R"(a "raw-string", too)";
}
'''


def main():
    found = {}
    codes.of_cpp(SAMPLE, "sample.cpp", found)
    assert found["sample-missing"].messages == [("there is no \N{HORIZONTAL ELLIPSIS} and no other", "look elsewhere")], found
    assert found["sample-odd"].severities == {"error", "warning"}
    assert found["sample-odd"].messages == [("\N{HORIZONTAL ELLIPSIS} of {\N{HORIZONTAL ELLIPSIS}}", "")], found
    assert set(found) == {"sample-missing", "sample-odd", "sample-word"}, found

    found = codes.collect(project)
    expected = set()
    for path in (project / "tests" / "bad").rglob("*"):
        if path.is_file():
            expected |= set(re.findall(r"expect: .*\[([a-z]{2,}(?:-[a-z0-9]+)+)\]", path.read_text(encoding="utf-8", errors="replace")))
    for test in (project / "tests").rglob("*.cpp"):
        expected |= set(re.findall(r'(?:code == |find\()"((?:swc|asc|json|csv|hoc|nmodl|config|edge|neuroml)-[a-z0-9-]+)"', test.read_text(encoding="utf-8", errors="replace")))
    missing = sorted(expected - set(found))
    assert not missing, f"tests expect these codes, which docs/site/codes.py does not find in the sources: {missing}"
    silent = sorted(code for code, finding in found.items() if not finding.messages)
    assert len(silent) < 10, f"no message was found of {silent}"
    print(f"{len(found)} codes, {len(expected)} of them in tests")


if __name__ == "__main__":
    main()
