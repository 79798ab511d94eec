"""What the scripts here have in common: Python made of the proto files, and BYTES tensors."""

import struct
import sys
import time

from grpc_tools import protoc


def generate(protos, directory):
    """Makes Python of our proto files in directory; returns the module of messages and that of services."""
    arguments = ["protoc", "-I" + protos, "--python_out=" + directory, "--grpc_python_out=" + directory]
    if protoc.main(arguments + ["inference.proto", "model_config.proto"]) != 0:
        sys.exit("no Python can be made from the proto files")
    sys.path.insert(0, directory)
    import inference_pb2 as messages
    import inference_pb2_grpc as services

    return messages, services


def elements(raw):
    """The elements of a BYTES tensor."""
    found = []
    while raw:
        (length,) = struct.unpack_from("<I", raw)
        found.append(raw[4 : 4 + length])
        raw = raw[4 + length :]
    return found


def eventually(look, seconds=30):
    """What look finds, as soon as it finds something."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        found = look()
        if found is not None:
            return found
        time.sleep(0.01)
    sys.exit("nothing is there after %d s" % seconds)
