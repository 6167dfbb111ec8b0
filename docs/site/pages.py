"""What the site adds to Sphinx: the directives `codes`, `keys` and `gallery`, docstrings and pictures as they stand in the sources, a page to begin with."""
import re
from pathlib import Path

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.transforms import SphinxTransform
from sphinx.util.docutils import SphinxDirective

import codes
import keys

TITLES = {  # of the codes that arise below a folder, in the order in which a user meets them
    "morphology": "Reconstructions", "io/text": "JSON, CSV and expressions", "io/config": "Configs and biophysics", "io/sonata": "SONATA circuits",
    "io/neuroml": "NeuroML", "io/hoc": "Templates in hoc", "nmodl_lite": "NMODL", "mechanisms": "Finding and compiling mechanisms", "base": "Files",
    "model": "Models", "solver": "Lowering and running a model", "network": "Networks", "session": "Driving a simulation", "io/results": "Results and checkpoints",
    "io/page": "Pages of runs", "sweep": "Sweeps", "channel": "Channels under the clamp", "app": "The command line", "python": "Models that NEURON holds",
    "": "Elsewhere"}
MOST = 4  # messages of one code that are shown


def paragraph(text, kind=nodes.paragraph):
    return kind(text, text)


class Codes(SphinxDirective):
    """A section for each part of the sources, with a row for each code."""

    def run(self):
        project = Path(self.env.srcdir)
        groups = {title: [] for title in TITLES}
        for code, finding in codes.collect(project).items():
            for place in finding.places:
                self.env.note_dependency(str(project / place))
            folder = next(folder for folder in groups if finding.places[0].startswith(folder))
            groups[folder].append((code, finding))
        return [self.section(folder, rows) for folder, rows in groups.items() if rows]

    def section(self, folder, rows):
        section = nodes.section(ids=[nodes.make_id(TITLES[folder])])
        self.state.document.note_explicit_target(section)
        section += nodes.title(text=TITLES[folder])
        table, group, body = nodes.table(), nodes.tgroup(cols=3), nodes.tbody()
        group += [nodes.colspec(colwidth=width) for width in (24, 10, 66)]
        head = nodes.row("", *(nodes.entry("", paragraph(text)) for text in ("code", "severity", "says")))
        group += [nodes.thead("", head), body]
        table += group
        for code, finding in rows:
            first = nodes.paragraph(ids=[code])
            self.state.document.note_explicit_target(first)
            first += paragraph(code, nodes.literal)
            said = nodes.entry()
            for message, advice in finding.messages[:MOST]:
                line = paragraph(message)
                if advice:
                    line += [nodes.Text(". "), paragraph(advice, nodes.emphasis)]
                said += line
            if len(finding.messages) > MOST:
                said += paragraph(f"and {len(finding.messages) - MOST} more")
            where = nodes.paragraph(classes=["where"])
            where += paragraph(", ".join(finding.places), nodes.inline)
            said += where
            body += nodes.row("", nodes.entry("", first), nodes.entry("", paragraph(", ".join(sorted(finding.severities)))), said)
        section += table
        return section


class Keys(SphinxDirective):
    """A section for each object of io/schema, with a row for each key."""

    def run(self):
        project = Path(self.env.srcdir)
        for path in (project / "io" / "schema").glob("*.json"):
            self.env.note_dependency(str(path))
        of = keys.objects(project)
        sections = []
        for name, table in of.items():
            if not table.get("keys"):
                continue
            title = table.get("title", name.removeprefix("input.")).replace("`", "")
            section = nodes.section(ids=[f"keys-{nodes.make_id(name)}"])
            self.state.document.note_explicit_target(section)
            section += nodes.title(text=f"An input of module {title}" if name.startswith("input.") else "What electrodes share" if name == "electrode" else title)
            own = table["keys"]
            text = [f"It has the keys of *{of[table['of']].get('title', 'electrodes').replace('`', '')}* too.", ""] if "of" in table else []
            text += ["| key | what | default | meaning |", "|---|---|---|---|"]
            for key, row in own.items():
                also = f" or `{row['also']}`" if "also" in row else ""
                where = keys.condition(row)
                said = keys.meaning(row) + (f" ({where})" if where else "")
                text.append(f"| `{key}`{also} | {keys.kind(row)} | {keys.standard(row)} | {said} |".replace("](#", "](config.md#"))
            self.state.nested_parse(StringList(text, self.get_source_info()[0]), self.content_offset, section)
            sections.append(section)
        return sections


class Gallery(SphinxDirective):
    """A card for each example in the order of the project's README, with what it says of them, and a picture where docs/site/gallery.py has taken one."""

    def run(self):
        project = Path(self.env.srcdir)
        readme = project / "README.md"
        self.env.note_dependency(str(readme))
        described = dict(re.findall(r"^\| \[\w+\]\(examples/(\w+)/README.md\) \| (.*) \|$", readme.read_text(encoding="utf-8"), re.M))
        text = ["::::{grid} 1 2 2 2", ":gutter: 3", ""]
        for name, what in described.items():
            page = project / "examples" / name / "README.md"
            self.env.note_dependency(str(page))
            title = page.read_text(encoding="utf-8").split("\n", 1)[0].removeprefix("# ")
            text += [f":::{{grid-item-card}} {title}", f":link: ../examples/{name}/README", ":link-type: doc"]
            picture = f"build/gallery/{name}.png"
            if (project / picture).exists():
                text += [f":img-top: /{picture}"]
            text += ["", what[0].upper() + what[1:] + ".", ":::", ""]
        text += ["::::"]
        missing = {path.parent.name for path in project.glob("examples/*/README.md")} - set(described)
        holder = nodes.container()
        self.state.nested_parse(StringList(text, self.get_source_info()[0]), self.content_offset, holder)
        if missing:
            holder += self.state.document.reporter.warning(f"README.md says nothing of examples/{', '.join(sorted(missing))}")
        return holder.children


class Pictures(SphinxTransform):
    """<picture> of a README becomes two images, one for each theme, so that their files come along."""

    default_priority = 400
    PICTURE = re.compile(r'<picture>.*?srcset="(?P<dark>[^"]+)".*?src="(?P<light>[^"]+)"\s+alt="(?P<alt>[^"]*)".*?</picture>', re.S)

    def apply(self):
        project = Path(self.document.settings.env.srcdir)
        for raw in list(self.document.findall(nodes.raw)):
            if match := self.PICTURE.search(raw.astext()):
                folder = Path(raw.source or self.document["source"]).parent.relative_to(project).as_posix()  # of a page that is included in another, its own
                raw.replace_self([nodes.image(uri=f"/{folder}/{match[theme]}", alt=match["alt"], classes=[f"only-{theme}"]) for theme in ("light", "dark")])


CODE = re.compile(r"`+([^`]+)`+")
NAMED = re.compile(r"([\w, ]+):\s+(.*)")


def plain(line):
    """A line of prose as reStructuredText."""
    parts = CODE.split(line)
    parts[::2] = [re.sub(r"([*|\\])|(?<=\w)(_)(?!\w)", r"\\\1\2", part) for part in parts[::2]]
    parts[1::2] = [f"``{part}``" for part in parts[1::2]]
    return "".join(parts)


def listed(block):
    """The rows at the begin of a block, "name: what it is" or two columns, and the lines after them."""
    rows = []
    for k, line in enumerate(block):
        columns = re.match(r"(\S.*?[^\s:]) {3,}(\S.*)", line) or NAMED.match(line)
        if columns:
            rows.append(list(columns.groups()))
        elif rows and line.startswith(" "):
            rows[-1][1] += " " + line.strip()
        else:
            return rows, block[k:]
    return rows, []


def docstring(app, what, name, of, options, lines):
    """Docstrings are plain text: indented lines stay as they are, "name: what it is" and columns become lists, `code` is code."""
    blocks = [block.split("\n") for block in re.split(r"\n\s*\n", "\n".join(lines).strip("\n"))]
    lines.clear()
    for block in blocks:
        rows, rest = listed(block) if len(block) > 1 else ([], block)
        lines += [*(f"- ``{left}``: {plain(right)}" for left, right in rows), ""]
        if rest and rest[0].startswith("  "):
            lines += ["::", "", *("    " + line for line in rest), ""]
        else:
            lines += [*map(plain, rest), ""]


def first_page(app, failure):
    """The site begins in its root, its front page lies where its source does."""
    if failure is None and app.builder.format == "html":
        target = app.config.root_doc + ".html"
        text = f'<!doctype html><meta charset="utf-8"><title>{app.config.html_title}</title><meta http-equiv="refresh" content="0; url={target}"><a href="{target}">Rall</a>\n'
        (Path(app.outdir) / "index.html").write_text(text, encoding="utf-8")


def setup(app):
    app.add_directive("codes", Codes)
    app.add_directive("keys", Keys)
    app.add_directive("gallery", Gallery)
    app.add_transform(Pictures)
    app.connect("autodoc-process-docstring", docstring)
    app.connect("build-finished", first_page)
    return {"parallel_read_safe": True}
