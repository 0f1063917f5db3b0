"""Holds the OpenAPI document that a running program serves against the specification, and the program's replies against the document.

openapi.py HOST:PORT

Every operation is asked rightly, some wrongly too; the bodies are checked as JSON Schema 2020-12. Ends with "every reply is as the document says", or
with exit code 1.
"""

import json
import sys
import urllib.error
import urllib.request

from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

BASE = f"http://{sys.argv[1]}"
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))
QUESTION = "Do scaling laws hold for jet foundation models?"


def fetch(verb, path, body=None):
    """(code, content type, text) of a call."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(BASE + path, data, {"content-type": "application/json"}, method=verb.upper())
    try:
        with DIRECT.open(request, timeout=60) as reply:
            return reply.status, reply.headers.get_content_type(), reply.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.headers.get_content_type(), error.read().decode()


DOCUMENT = json.loads(fetch("get", "/openapi.json")[2])
OpenAPIV31SpecValidator(DOCUMENT).validate()
VISITED = set()


def faults(schema, instance):
    # A `$ref` of the document begins at its root, which is the schema's own for the validator.
    validator = Draft202012Validator({**schema, "components": DOCUMENT["components"]})
    return [f"{error.json_path}: {error.message[:200]}" for error in validator.iter_errors(instance)]


def check(verb, path, body=None, *, code=200, **fields):
    """Calls an operation, and checks what it takes and what it replies. Returns the reply."""
    operation = DOCUMENT["paths"][path][verb]
    VISITED.add((verb, path))
    address = path
    for parameter in operation["parameters"]:
        parameter = parameter if "name" in parameter else DOCUMENT["components"]["parameters"][parameter["$ref"].rpartition("/")[2]]
        assert parameter["in"] != "path" or parameter["name"] in fields, f"{verb} {path} needs {parameter['name']}"
    for name, value in fields.items():
        address = address.replace(f"{{{name}}}", value)
    if body is not None and code == 200:
        wrong = faults(operation["requestBody"]["content"]["application/json"]["schema"], body)
        assert not wrong, f"{verb} {path} doesn't document its request: {wrong}"
    got, kind, text = fetch(verb, address, body)
    assert got == code, f"{verb} {address}: {got} {text}"
    content = operation["responses"].get(str(got), operation["responses"]["default"])["content"]
    assert kind in content, f"{verb} {address}: {kind} is not documented"
    if kind == "text/event-stream":
        replies = [json.loads(line.removeprefix("data: ")) for line in text.splitlines() if line.startswith("data: ")]
    else:
        replies = [json.loads(text)]
    assert replies, f"{verb} {address}: nothing came"
    for reply in replies:
        wrong = faults(content[kind]["schema"], reply)
        assert not wrong, f"{verb} {address}: {wrong}"
    return replies[-1]


def unknown_fields(path, body):
    """Where a reply has fields that the document doesn't list: JSON Schema alone would let them pass."""
    found = []

    def walk(schema, value, where):
        while "$ref" in schema:
            schema = DOCUMENT["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
        if isinstance(value, dict) and "properties" in schema:
            for name, inner in value.items():
                if name in schema["properties"]:
                    walk(schema["properties"][name], inner, f"{where}.{name}")
                else:
                    found.append(f"{where}.{name}")
        elif isinstance(value, list):
            for inner in value:
                walk(schema.get("items", {}), inner, where)

    walk(DOCUMENT["paths"][path]["post"]["responses"]["200"]["content"]["application/json"]["schema"], body, path)
    return found


def main():
    asked = check("post", "/v1/ask", {"question": QUESTION})
    assert not unknown_fields("/v1/ask", asked), unknown_fields("/v1/ask", asked)
    answer = asked["answer"]
    check("post", "/v1/ask", {"question": " "}, code=400)
    check("post", "/v1/ask:stream", {"question": QUESTION})
    check("post", "/v1/ask:stream", {"question": " "}, code=400)
    found = check("post", "/v1/search", {"query": QUESTION})
    assert not unknown_fields("/v1/search", found), unknown_fields("/v1/search", found)
    check("post", "/v1/search", {"query": QUESTION, "filter": {"fromDate": "soon"}}, code=400)
    check("post", "/v1/check-grounding", {"markdown": answer["markdown"]})
    preprint = answer["sources"][0]["id"]
    check("get", "/v1/preprints/{id}", id=preprint)
    check("get", "/v1/preprints/{id}", id="AG-1999.01-1", code=404)
    check("get", "/v1/archive")
    check("get", "/v1/models")
    check("get", "/v1/answers/{id}", id=answer["id"])
    check("get", "/v1/answers/{id}", id="0190163d-8694-739b-aea5-966c26f8ad91", code=404)
    check("get", "/v1/answers")
    check("get", "/v1/archives")
    shared = check("post", "/v1/share-answer", {"id": answer["id"]})
    check("get", "/v1/shared-answers/{shareToken}", shareToken=shared["shareToken"])
    check("delete", "/v1/answers/{id}", id=answer["id"])
    check("post", "/v1/delete-answers", {})
    rest = {(verb, path) for path, verbs in DOCUMENT["paths"].items() for verb in verbs} - VISITED
    assert not rest, f"not asked: {sorted(rest)}"
    print(f"{len(VISITED)} operations asked; every reply is as the document says")


main()
