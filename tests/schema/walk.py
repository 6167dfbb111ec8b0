"""Which objects of io/schema a value is made of, and what can be made wrong of it."""
import copy

import jsonschema


class Walk:
    def __init__(self, tables, rows, schema):
        """`tables`: all objects; `rows`: the keys of one by its name; `schema`: the JSON Schema in whose $defs they are."""
        self.tables, self.rows, self.defs = tables, rows, schema["$defs"]

    def owner(self, name, key):
        """The table that a key comes from: this one, or what it is a kind of."""
        while key not in self.tables[name].get("keys", {}) and "of" in self.tables[name]:
            name = self.tables[name]["of"]
        return name

    def fits(self, name, value):
        return jsonschema.Draft202012Validator({"$ref": f"#/$defs/{name}", "$defs": self.defs}).is_valid(value)

    def objects(self, name, value, path=()):
        """(name of the table, path) of an object and all inside of it."""
        table = self.tables[name]
        if "schema" in table:
            yield from self.inside(self.defs[name], value, path)
            return
        if not isinstance(value, dict):
            return
        if "entries" in table:
            for key, entry in value.items():
                yield from self.objects(table["entries"], entry, (*path, key))
            return
        if variant := table.get("variants"):
            yield name, path
            if value.get("enabled", True):
                yield from self.objects(f"{name}.{value[variant]}", value, path)
            return
        yield name, path
        for key, row in self.rows(name).items():
            names = [one for one in (key, row.get("also")) if one in value]
            for one in names:
                for kind in [row["type"]] if isinstance(row["type"], str) else row["type"]:
                    yield from self.typed(kind, value[one], (*path, one))

    def typed(self, kind, value, path):
        if kind in ("values", "expression"):
            kind = "{column}"
        if kind[0] == "{" and self.fits(kind[1:-1], value):
            yield from self.objects(kind[1:-1], value, path)
        elif kind[0] == "[" and isinstance(value, list):
            for i, one in enumerate(value):
                yield from self.objects(kind[1:-1], one, (*path, i))

    def inside(self, schema, value, path):
        """The same where JSON Schema says what a value is."""
        if not isinstance(schema, dict):
            return
        if "$ref" in schema and self.fits(schema["$ref"].split("/")[-1], value):
            yield from self.objects(schema["$ref"].split("/")[-1], value, path)
        for one in [*schema.get("anyOf", []), schema.get("then"), schema.get("else")]:
            yield from self.inside(one, value, path)
        if isinstance(value, dict) and "additionalProperties" in schema:
            for key, one in value.items():
                yield from self.inside(schema["additionalProperties"], one, (*path, key))
        if isinstance(value, list) and "items" in schema:
            for i, one in enumerate(value):
                yield from self.inside(schema["items"], one, (*path, i))

    def mutants(self, name, value, done):
        """(what is wrong, value) once for each way in which an object or a key of it can be wrong; `done` are those made before."""
        for table, path in list(self.objects(name, value)):
            if "variants" in self.tables[table]:
                continue
            for what, change in self.changes(table, at(value, path)):
                if what in done:
                    continue
                done.add(what)
                mutant = copy.deepcopy(value)
                change(at(mutant, path))
                yield what, mutant

    def changes(self, table, value):
        def put(key, new):
            return lambda of: of.update({key: new})

        yield f"{table} with a key that it has not", put("no_such_key", 1)
        for key, row in self.rows(table).items():
            owner = self.owner(table, key)
            if key not in value or row["type"] in ("any", "none") or key in ("module", "enabled", "$schema"):
                continue
            kinds = [row["type"]] if isinstance(row["type"], str) else row["type"]
            if row.get("required"):
                yield f"{owner} without {key}", lambda of, key=key: of.pop(key)
            if not any(kind[0] in "{[" or kind in ("object", "values", "expression", "list") for kind in kinds):
                yield f"{owner}.{key} is an object", put(key, {"no": "such"})
            if kinds == ["choice"]:
                yield f"{owner}.{key} is no choice", put(key, "no such choice")
            if kinds[0] in ("number", "integer", "values", "numbers") and not isinstance(value[key], (str, dict)):
                def number(new, given=value[key]):
                    return [new] * len(given) if isinstance(given, list) else new
                for limit, step in (("minimum", -1), ("exclusiveMinimum", 0), ("maximum", 1)):
                    if limit in row and abs(row[limit]) < 1e15:
                        yield f"{owner}.{key} beyond its {limit}", put(key, number(row[limit] + step))
            if kinds == ["integer"]:
                yield f"{owner}.{key} is no whole number", put(key, row["minimum"] + 0.5)


def at(value, path):
    for key in path:
        value = value[key]
    return value
