"""The same weights as ONNX Runtime runs them best: a BERT graph built from the safetensors, fused, and a dynamically quantised copy.

    peer_model.build(model_dir, into) -> (path of the fp32 graph, path of the int8 graph)

The graph has the shape that PyTorch's exporter gives, which is what onnxruntime.transformers.optimizer looks for; `build` fails unless
every layer was fused into Attention, SkipLayerNormalization and a GELU, so that the peer is never slower than it can be.
"""

import json
import math
import struct
from collections import Counter
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper


def build(model_dir, into):
    config = json.loads((Path(model_dir) / "config.json").read_text())
    plain, fp32, int8 = (str(Path(into) / name) for name in ("plain.onnx", "fp32.onnx", "int8.onnx"))
    onnx.save(Graph(config, read_safetensors(Path(model_dir) / "model.safetensors")).model(), plain)

    from onnxruntime.quantization import QuantType, quantize_dynamic
    from onnxruntime.transformers import optimizer

    layers, heads, hidden = (config[key] for key in ("num_hidden_layers", "num_attention_heads", "hidden_size"))
    fused = optimizer.optimize_model(plain, model_type="bert", num_heads=heads, hidden_size=hidden, opt_level=0)
    operators = Counter(node.op_type for node in fused.model.graph.node)
    gelu = operators["Gelu"] + operators["BiasGelu"] + operators["FastGelu"]
    if (operators["Attention"], operators["SkipLayerNormalization"], gelu) != (layers, 2 * layers, layers):
        raise RuntimeError(f"the optimizer did not fuse every layer: {dict(operators)}")
    fused.save_model_to_file(fp32)
    # S8 weights per tensor: what the quantiser does by default and what its own guide for transformers says.
    quantize_dynamic(fp32, int8, weight_type=QuantType.QInt8, extra_options={"DefaultTensorType": TensorProto.FLOAT})
    return fp32, int8


def read_safetensors(path):
    """Name → array. The format: header length (u64), JSON header, data."""
    data = Path(path).read_bytes()
    (length,) = struct.unpack_from("<Q", data)
    header = json.loads(data[8 : 8 + length])
    header.pop("__metadata__", None)
    tensors = {}
    for name, entry in header.items():
        if entry["dtype"] == "F32":
            start, end = entry["data_offsets"]
            tensors[name] = np.frombuffer(data[8 + length + start : 8 + length + end], np.float32).reshape(entry["shape"])
    return tensors


class Graph:
    def __init__(self, config, weights):
        self.config, self.weights = config, weights
        self.nodes, self.initializers, self.known = [], [], set()

    def model(self):
        config = self.config
        self.embed()
        x = "embedded"
        for layer in range(config["num_hidden_layers"]):
            x = self.layer(x, f"encoder.layer.{layer}")
        self.add("Identity", [x], "last_hidden_state")
        ids = [helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "tokens"]) for name in ("input_ids", "attention_mask", "token_type_ids")]
        out = helper.make_tensor_value_info("last_hidden_state", TensorProto.FLOAT, ["batch", "tokens", config["hidden_size"]])
        graph = helper.make_graph(self.nodes, "bert", ids, [out], self.initializers)
        return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)

    def embed(self):
        """Word + token type + position, normalised; and the mask that is added to the scores."""
        self.add("Gather", [self.weight("embeddings.word_embeddings.weight"), "input_ids"], "words")
        self.add("Gather", [self.weight("embeddings.token_type_embeddings.weight"), "token_type_ids"], "types")
        self.add("Add", ["words", "types"], "words_types")
        self.add("Shape", ["input_ids"], "shape")
        self.add("Gather", ["shape", self.constant("one_index", np.array(1, np.int64))], "tokens", axis=0)
        self.add("Unsqueeze", ["tokens", self.constant("axis_0", np.array([0], np.int64))], "end")
        positions = np.arange(self.config["max_position_embeddings"], dtype=np.int64)[None]
        self.add("Slice", [self.constant("positions", positions), self.constant("start", np.array([0], np.int64)), "end", self.constant("axis_1", np.array([1], np.int64))], "position_ids")
        self.add("Gather", [self.weight("embeddings.position_embeddings.weight"), "position_ids"], "places")
        self.add("Add", ["words_types", "places"], "summed")
        self.norm("summed", "embeddings.LayerNorm", "embedded")
        self.add("Unsqueeze", ["attention_mask", "axis_1"], "mask_1")
        self.add("Unsqueeze", ["mask_1", self.constant("axis_2", np.array([2], np.int64))], "mask_2")
        self.add("Cast", ["mask_2"], "mask_f32", to=TensorProto.FLOAT)
        self.add("Sub", [self.constant("one", np.array(1, np.float32)), "mask_f32"], "masked")
        self.add("Mul", ["masked", self.constant("lowest", np.array(-10000, np.float32))], "mask")

    def layer(self, x, name):
        heads, hidden = self.config["num_attention_heads"], self.config["hidden_size"]
        width = hidden // heads
        split = self.constant("split", np.array([0, 0, heads, width], np.int64))
        merge = self.constant("merge", np.array([0, 0, hidden], np.int64))
        for part, order in (("query", [0, 2, 1, 3]), ("key", [0, 2, 3, 1]), ("value", [0, 2, 1, 3])):
            self.linear(x, f"{name}.attention.self.{part}", f"{name}.{part}")
            self.add("Reshape", [f"{name}.{part}", split], f"{name}.{part}.split")
            self.add("Transpose", [f"{name}.{part}.split"], f"{name}.{part}.heads", perm=order)
        self.add("MatMul", [f"{name}.query.heads", f"{name}.key.heads"], f"{name}.raw")
        self.add("Div", [f"{name}.raw", self.constant("root", np.array(math.sqrt(width), np.float32))], f"{name}.scaled")
        self.add("Add", [f"{name}.scaled", "mask"], f"{name}.scores")
        self.add("Softmax", [f"{name}.scores"], f"{name}.weights", axis=-1)
        self.add("MatMul", [f"{name}.weights", f"{name}.value.heads"], f"{name}.context.heads")
        self.add("Transpose", [f"{name}.context.heads"], f"{name}.context.split", perm=[0, 2, 1, 3])
        self.add("Reshape", [f"{name}.context.split", merge], f"{name}.context")
        self.linear(f"{name}.context", f"{name}.attention.output.dense", f"{name}.attended")
        self.add("Add", [f"{name}.attended", x], f"{name}.attended.sum")
        self.norm(f"{name}.attended.sum", f"{name}.attention.output.LayerNorm", f"{name}.middle")
        self.linear(f"{name}.middle", f"{name}.intermediate.dense", f"{name}.wide")
        self.add("Div", [f"{name}.wide", self.constant("root_2", np.array(math.sqrt(2), np.float32))], f"{name}.z")
        self.add("Erf", [f"{name}.z"], f"{name}.erf")
        self.add("Add", [f"{name}.erf", "one"], f"{name}.erf_1")
        self.add("Mul", [f"{name}.wide", f"{name}.erf_1"], f"{name}.double")
        self.add("Mul", [f"{name}.double", self.constant("half", np.array(0.5, np.float32))], f"{name}.gelu")
        self.linear(f"{name}.gelu", f"{name}.output.dense", f"{name}.narrow")
        self.add("Add", [f"{name}.narrow", f"{name}.middle"], f"{name}.sum")
        return self.norm(f"{name}.sum", f"{name}.output.LayerNorm", f"{name}.out")

    def linear(self, x, name, out):
        weight = self.constant(f"{name}.weight.T", np.ascontiguousarray(self.weights[f"{name}.weight"].T))
        self.add("MatMul", [x, weight], f"{out}.product")
        self.add("Add", [self.weight(f"{name}.bias"), f"{out}.product"], out)

    def norm(self, x, name, out):
        inputs = [x, self.weight(f"{name}.weight"), self.weight(f"{name}.bias")]
        return self.add("LayerNormalization", inputs, out, axis=-1, epsilon=self.config["layer_norm_eps"])

    def weight(self, name):
        return self.constant(name, self.weights[name])

    def constant(self, name, value):
        if name not in self.known:
            self.known.add(name)
            self.initializers.append(numpy_helper.from_array(value, name))
        return name

    def add(self, operator, inputs, output, **attributes):
        self.nodes.append(helper.make_node(operator, inputs, [output], name=output, **attributes))
        return output
