"""Reads a message in our JSON with protobuf's own mapping, compares it with the same message in binary form, and prints it as protobuf's JSON.

json_mapping.py DESCRIPTOR_SET TYPE JSON_FILE BINARY_FILE
"""

import sys
from pathlib import Path

from google.protobuf import descriptor_pb2, descriptor_pool, json_format, message_factory

descriptors, name, json_file, binary_file = sys.argv[1:]

pool = descriptor_pool.DescriptorPool()
# Each file of a descriptor set stands after those that it imports.
for file in descriptor_pb2.FileDescriptorSet.FromString(Path(descriptors).read_bytes()).file:
    pool.Add(file)
message = message_factory.GetMessageClass(pool.FindMessageTypeByName(name))

ours = json_format.Parse(Path(json_file).read_text(encoding="utf-8"), message(), descriptor_pool=pool)
binary = message.FromString(Path(binary_file).read_bytes())
assert ours == binary, f"our JSON says\n{ours}\nand the message\n{binary}"
print(json_format.MessageToJson(binary, descriptor_pool=pool))
