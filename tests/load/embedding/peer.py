"""Embeds texts with ONNX Runtime on one thread, as run.py asks over standard input.

    peer.py MODEL_DIR GRAPH.onnx TEXTS.json

TEXTS.json maps a set's name to its texts. A request is one line, `SET BATCH`; the reply is one line of JSON: CPU seconds (user + system,
tokenizing included), wall seconds, and how many texts. `vectors SET` replies with the vectors instead.
"""

import json
import resource
import sys
import time
from pathlib import Path

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

MAX_TOKENS = 256


def main():
    model_dir, graph, texts = sys.argv[1:]
    sets = json.loads(Path(texts).read_text())
    embedder = Embedder(model_dir, graph)
    for line in sys.stdin:
        first, second = line.split()
        if first == "vectors":
            reply = embedder.embed(sets[second], 1).tolist()
        else:
            wall, cpu = time.perf_counter(), cpu_seconds()
            embedder.embed(sets[first], int(second))
            reply = {"cpu": cpu_seconds() - cpu, "wall": time.perf_counter() - wall, "texts": len(sets[first])}
        print(json.dumps(reply), flush=True)


class Embedder:
    def __init__(self, model_dir, graph):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
        self.tokenizer = Tokenizer.from_file(str(Path(model_dir) / "tokenizer.json"))
        self.tokenizer.no_padding()
        self.tokenizer.enable_truncation(MAX_TOKENS)

    def embed(self, texts, batch):
        """One vector of length 1 per text. Batches hold texts of like length, so that little is padded."""
        ids = [self.tokenizer.encode(text).ids for text in texts]
        order = sorted(range(len(ids)), key=lambda index: len(ids[index]))
        vectors = np.empty((len(ids), 384), np.float32)
        for start in range(0, len(order), batch):
            rows = order[start : start + batch]
            longest = len(ids[rows[-1]])
            tokens = np.zeros((len(rows), longest), np.int64)
            mask = np.zeros_like(tokens)
            for row, index in enumerate(rows):
                tokens[row, : len(ids[index])] = ids[index]
                mask[row, : len(ids[index])] = 1
            feeds = {"input_ids": tokens, "attention_mask": mask, "token_type_ids": np.zeros_like(tokens)}
            (hidden,) = self.session.run(None, feeds)
            pooled = (hidden * mask[:, :, None]).sum(axis=1)
            vectors[rows] = pooled / np.linalg.norm(pooled, axis=1, keepdims=True)
        return vectors


def cpu_seconds():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


if __name__ == "__main__":
    main()
