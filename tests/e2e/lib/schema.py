"""Answers against the OpenAPI 3.1 document that the server describes itself by.

As much of JSON Schema 2020-12 as the document uses; a keyword that is not known here is a fault, so that
nothing is passed over. What an object holds beside its properties is a fault as well.
"""

import re

KINDS = {"string": str, "integer": int, "boolean": bool, "object": dict, "array": list, "null": type(None)}
TIME = re.compile(r"\d{4}-(0[1-9]|1[0-2])-([0-2]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?Z")
WORDS = {"description", "default"}
NUMBERS, TEXT, LIST = (int, float), str, list
# What a bound is of, and whether a value keeps to it; of other kinds it says nothing.
BOUNDS = {"minimum": (NUMBERS, lambda value, bound: value >= bound),
          "maximum": (NUMBERS, lambda value, bound: value <= bound),
          "minLength": (TEXT, lambda value, bound: len(value) >= bound),
          "maxLength": (TEXT, lambda value, bound: len(value) <= bound),
          "maxItems": (LIST, lambda value, bound: len(value) <= bound)}


class Described:
    def __init__(self, document):
        self.document = document

    def operations(self):
        """(method, path, operation) of all that lies below /api/v1."""
        for path, calls in self.document["paths"].items():
            if "servers" not in calls:
                for method, operation in calls.items():
                    yield method.upper(), path, operation

    def operation(self, method, path):
        """The operation of a real path, or None; literal segments win."""
        parts = path.split("?")[0].strip("/").split("/")
        best = None
        for known, template, operation in self.operations():
            steps = template.strip("/").split("/")
            fits = known == method and len(steps) == len(parts) and all(
                step == part or step.startswith("{") for step, part in zip(steps, parts))
            if fits and (best is None or template.count("{") < best[0].count("{")):
                best = template, operation
        return best and best[1]

    def schema(self, reference):
        parts = reference.removeprefix("#/").split("/")
        found = self.document
        for part in parts:
            found = found[part]
        return found

    def request_schema(self, operation):
        """Of the JSON that an operation takes, or None."""
        content = operation.get("requestBody", {}).get("content", {}).get("application/json")
        return content and self.whole(content["schema"])

    def whole(self, schema):
        while "$ref" in schema:
            schema = self.schema(schema["$ref"])
        if "allOf" not in schema:
            return schema
        parts = [self.whole(part) for part in schema["allOf"]]
        return {"type": "object",
                "properties": {name: one for part in parts for name, one in part["properties"].items()},
                "required": [name for part in parts for name in part.get("required", [])]}

    def faults(self, value, schema, where="answer"):
        """How a value differs from its schema."""
        schema = self.whole(schema)
        if "anyOf" in schema:
            choices = [self.faults(value, one, where) for one in schema["anyOf"]]
            return [] if [] in choices else [f"{where} is none of: {choices}"]
        if "const" in schema:
            return [] if value == schema["const"] else [f"{where} is {value!r}, not {schema['const']!r}"]
        faults = []
        for keyword, wanted in schema.items():
            if keyword not in WORDS:
                faults += getattr(self, "see_" + keyword.replace("additionalP", "additional_p"),
                                  self.see_bound(keyword))(value, wanted, schema, where)
        return faults

    def see_bound(self, keyword):
        def see(value, wanted, _, where):
            if keyword not in BOUNDS:
                return [f"{where}: the keyword {keyword} is not known to this test"]
            kinds, keeps_to = BOUNDS[keyword]
            breaks = isinstance(value, kinds) and not keeps_to(value, wanted)
            return [f"{where} breaks {keyword} {wanted}"] if breaks else []
        return see

    def see_type(self, value, wanted, _, where):
        kinds = [wanted] if isinstance(wanted, str) else wanted
        return [] if type(value) in [KINDS[kind] for kind in kinds] else [
            f"{where} is {value!r}, described as {wanted}"]

    def see_enum(self, value, wanted, _, where):
        return [] if value in wanted else [f"{where} is {value!r}, none of {wanted}"]

    def see_format(self, value, wanted, _, where):
        wrong = wanted == "date-time" and isinstance(value, str) and not TIME.fullmatch(value)
        return [f"{where} is {value!r}, no time in UTC"] if wrong else []

    def see_items(self, value, wanted, _, where):
        items = value if isinstance(value, list) else []
        return [fault for place, item in enumerate(items)
                for fault in self.faults(item, wanted, f"{where}[{place}]")]

    def see_required(self, value, wanted, _, where):
        return [f"{where}.{name} is missing" for name in wanted
                if isinstance(value, dict) and name not in value]

    def see_properties(self, value, wanted, schema, where):
        if not isinstance(value, dict):
            return []
        extra = [] if isinstance(schema.get("additionalProperties"), dict) else [
            f"{where}.{name} is not described" for name in value if name not in wanted]
        return extra + [fault for name, member in value.items() if name in wanted
                        for fault in self.faults(member, wanted[name], f"{where}.{name}")]

    def see_additional_properties(self, value, wanted, _, where):
        if not isinstance(wanted, dict) or not isinstance(value, dict):
            return []
        return [fault for name, member in value.items()
                for fault in self.faults(member, wanted, f"{where}.{name}")]

    def faults_of_answer(self, method, path, answer):
        """Of a whole answer: its status, its type and what it holds."""
        kind = answer.headers.get("Content-Type", "").split(";")[0]
        if answer.status >= 400:
            if kind != "application/problem+json":
                return [f"{answer.status} is {kind!r}"]
            return self.faults(answer.json, {"$ref": "#/components/schemas/Problem"}, "problem")
        operation = self.operation(method, path)
        if operation is None:
            return [f"{method} {path} is not described and answered {answer.status}"]
        response = operation["responses"].get(str(answer.status))
        if response is None:
            return [f"{answer.status} is not described"]
        content = response.get("content", {})
        if not content:
            return [f"holds {answer.body[:80]!r}"] if answer.body else []
        any_kind = "application/octet-stream" in content  # a file, whatever it is
        if kind not in content and not any_kind:
            return [f"is {kind}, described as {sorted(content)}"]
        if kind != "application/json" or any_kind:
            return []
        return self.faults(answer.json, content[kind]["schema"])
