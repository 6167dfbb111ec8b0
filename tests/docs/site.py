#!/usr/bin/env python3
"""Builds the documentation site and follows its links: site.py DOCS_SH DIRECTORY. Exits with 77 (skipped) where PyPI cannot be reached.

Sphinx itself fails where a page is in no table of contents or names one that is not there; here all files and anchors that the pages lead to must be there.
"""
import os
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit


class Page(HTMLParser):
    def __init__(self, path):
        super().__init__()
        self.links, self.anchors = [], set()
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attributes):
        for name, value in attributes:
            if name in ("id", "name"):
                self.anchors.add(value)
            elif name in ("href", "src") and value:
                self.links.append(value)


def check(site):
    pages = {path: Page(path) for path in site.rglob("*.html") if "_static" not in path.parts}
    broken, reached = [], {site / "index.html"}
    for path, page in pages.items():
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            target = Path(os.path.normpath(path.parent / unquote(parts.path))) if parts.path else path
            reached.add(target)
            if not target.exists():
                broken.append(f"{path.relative_to(site)}: {link}")
            elif parts.fragment and target in pages and unquote(parts.fragment) not in pages[target].anchors:
                broken.append(f"{path.relative_to(site)}: {link}: no such anchor")
    lost = sorted(str(path.relative_to(site)) for path in set(pages) - reached)
    assert not broken, "links that lead nowhere:\n" + "\n".join(broken[:40])
    assert not lost, f"pages that no link leads to: {lost}"
    print(f"{len(pages)} pages, {sum(len(page.links) for page in pages.values())} links")


def main():
    script, folder = sys.argv[1], Path(sys.argv[2])
    built = subprocess.run([script, folder / "site"], env={**os.environ, "RALL_DOCS_ENV": str(folder / "environment")})
    if built.returncode:
        sys.exit(built.returncode)
    check(folder / "site")


if __name__ == "__main__":
    main()
