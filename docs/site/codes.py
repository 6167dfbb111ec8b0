"""The codes of findings, collected from the sources: which there are, how severe, where they arise and what their messages say.

    codes.py [PROJECT]    prints them

A code is a literal where a finding is made, InputError("code", where, "message", "advice") or a function that takes the same; so is its message, in which
what is filled in shows as an ellipsis.
"""
import ast
import re
import sys
from dataclasses import dataclass, field
from pathlib import Path

ROOMS = ["base", "morphology", "nmodl_lite", "mechanisms", "model", "solver", "network", "io", "session", "sweep", "channel", "app", "python"]
CODE = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
# What makes a finding, and how severe it is; None: an argument says so.
MAKERS = {"InputError": "error", "error": "error", "fail": "error", "wrong": "error", "warning": "warning", "warn": "warning", "dialect": "warning",
          "note": "note", "at_source": None, "complain": None, "report": None, "report_": None, "say_once": None, "tell": None, "Diagnostic": None}
BLANK = "\N{HORIZONTAL ELLIPSIS}"

TOKEN = re.compile(r"""(?P<string>R"(?P<fence>[^(\s"]*)\(.*?\)(?P=fence)"|"(?:[^"\\\n]|\\.)*")|(?P<skip>//[^\n]*|/\*.*?\*/|\s+)
                       |(?P<char>'(?:[^'\\\n]|\\.)+')|(?P<word>[A-Za-z_][\w:]*)|(?P<open>[(\[{])|(?P<close>[)\]}])|(?P<other>\d[\w.']*|.)""", re.S | re.X)
ESCAPES = {"n": "\n", "t": "\t", '"': '"', "'": "'", "\\": "\\", "0": "\0"}


@dataclass
class Finding:
    severities: set = field(default_factory=set)
    places: list = field(default_factory=list)  # files
    messages: list = field(default_factory=list)  # (message, advice)


class Call:
    """An open parenthesis or brace: what stands before it, and its arguments as lists of (kind, text)."""

    def __init__(self, name, brace):
        self.name, self.brace, self.arguments = name, brace, [[]]


def plain(literal):
    """The value of a C++ string literal."""
    if literal.startswith("R"):
        return literal[literal.index("(") + 1:literal.rindex(")")]
    return re.sub(r"\\(.)", lambda m: ESCAPES.get(m.group(1), m.group(0)), literal[1:-1])


def calls(text):
    """All calls and braces of a C++ source, inner ones first."""
    stack = [Call("", False)]
    before = ""
    for match in TOKEN.finditer(text):
        kind, token = match.lastgroup if match.lastgroup != "fence" else "string", match.group()
        if kind == "skip":
            continue
        if kind == "open":
            stack.append(Call(before, token == "{"))
        elif kind == "close":
            if len(stack) > 1:
                done = stack.pop()
                yield done
                stack[-1].arguments[-1].append(("call", done))
        elif token == ",":
            stack[-1].arguments.append([])
        elif token == ";":  # the body of a function or lambda: no arguments
            stack[-1].arguments = [[]]
        else:
            stack[-1].arguments[-1].append((kind, token))
        before = token if kind == "word" else ""


def last(name):
    return name.split("::")[-1]


def words(argument):
    """What an expression of text says: literals, with an ellipsis for all else; empty where it has no literal."""
    parts, literal = [], False
    for kind, token in argument:
        name = last(token.name) if kind == "call" and not token.brace else None
        if kind == "string":
            parts.append(plain(token))
            literal = True
        elif name == "format":
            inner = words(token.arguments[0])
            literal = literal or bool(inner)
            parts.append(re.sub(r"\{\{|\}\}|\{[^{}]*\}", lambda m: {"{{": "{", "}}": "}"}.get(m.group(), BLANK), inner))
        elif name == "counted" and len(token.arguments) == 4:  # "12 points have the radius 0"
            parts += [BLANK, " ", words(token.arguments[2]), words(token.arguments[3])]
            literal = True
        elif name in ("", "string", "move") and len(token.arguments) == 1:
            inner = words(token.arguments[0])
            literal = literal or bool(inner)
            parts.append(inner or BLANK)
        elif token == "?":  # one of two texts: what came before is the condition
            parts, literal = [], False
        elif token == ":":
            if literal:
                break
            parts = []
        elif token != "+":
            parts.append(BLANK)
    text = re.sub(f"{BLANK}(\\s*{BLANK})*", BLANK, "".join(parts))
    return text if literal else ""


def severity(call, before):
    """How severe the findings of a call are, as a set."""
    said = {last(token) for argument in before for kind, token in argument if kind == "word" and "Severity::" in token}
    said &= {"error", "warning", "note"}
    if said:
        return said
    fixed = MAKERS.get(last(call.name))
    if fixed:
        return {fixed}
    if last(call.name) == "report" and before:  # of the readers of reconstructions: report(is_error, ...), as their options say
        return {"true": {"error"}, "false": {"warning"}}.get(before[0][0][1], {"error", "warning"})
    return {"error", "note"} if call.brace and before else {"error"}


def codes_of(call):
    """The codes that a call makes findings with, and the number of the argument that holds them."""
    is_maker = last(call.name) in MAKERS
    is_returned = call.brace and call.name == "return" and len(call.arguments) > 2
    is_row = call.brace and len(call.arguments) > 3 and any("severity" in str(token).lower() for _, token in call.arguments[0])
    if not (is_maker or is_returned or is_row):
        return [], 0
    for k, argument in enumerate(call.arguments[:4]):
        literals = [plain(token) for kind, token in argument if kind == "string"]
        if literals and all("-" in literal and CODE.fullmatch(literal) for literal in literals):
            return literals, k
    for k, argument in enumerate(call.arguments[:2]):  # a code of one word
        if last(call.name) in ("InputError", "error", "warning", "note") and len(argument) == 1 and argument[0][0] == "string":
            code = plain(argument[0][1])
            return ([code], k) if CODE.fullmatch(code) and any(map(words, call.arguments[k + 2:])) else ([], 0)
    return [], 0


def of_cpp(text, where, found):
    for call in calls(text):
        codes, at = codes_of(call)
        for code in codes:
            finding = found.setdefault(code, Finding())
            finding.severities |= severity(call, call.arguments[:at])
            finding.places.append(where)
            texts = [said for argument in call.arguments[at + 1:] if " " in (said := words(argument))]
            if texts:
                finding.messages.append((texts[0], texts[1] if len(texts) > 1 else ""))


def of_python(text, where, found):
    """Refusals of models that NEURON holds: Refusal("code", what, why), refuse.at_once("code", what, why)."""
    def said(node):
        if isinstance(node, ast.Constant):
            return str(node.value)
        if isinstance(node, ast.JoinedStr):
            return "".join(str(part.value) if isinstance(part, ast.Constant) else BLANK for part in node.values)
        if isinstance(node, ast.BinOp):
            return said(node.left) + said(node.right)
        if isinstance(node, ast.IfExp):
            return said(node.body) if said(node.body) not in ("", BLANK) else said(node.orelse)
        return BLANK

    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and len(node.args) == 3 and isinstance(node.args[0], ast.Constant):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name in ("Refusal", "at_once"):
                finding = found.setdefault(node.args[0].value, Finding())
                finding.severities.add("error")
                finding.places.append(where)
                finding.messages.append((f"{said(node.args[1])} {said(node.args[2])}", ""))


def collect(project):
    """{code: Finding}, in the order of the alphabet."""
    found = {}
    for room in ROOMS:
        for path in sorted((project / room).rglob("*")):
            where = path.relative_to(project).as_posix()
            if path.suffix in (".cpp", ".hpp"):
                of_cpp(path.read_text(encoding="utf-8"), where, found)
            elif path.suffix == ".py":
                of_python(path.read_text(encoding="utf-8"), where, found)
    for finding in found.values():
        finding.places = list(dict.fromkeys(finding.places))
        finding.messages = list(dict.fromkeys(finding.messages))
    return dict(sorted(found.items()))


if __name__ == "__main__":
    for code, finding in collect(Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parents[2]).resolve()).items():
        print(code, *sorted(finding.severities), *finding.places, *(" | ".join(message) for message in finding.messages), sep="\t")
