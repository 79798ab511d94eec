"""Asks for classes, forwards headers and compresses, and holds every answer against what it should be.

usage: extensions.py PROTO_DIRECTORY DIRECTORY_FOR_GENERATED_CODE HOST:PORT

The server has the model rows, which answers its input; it forwards tern_cache and timeout, compresses its answers and takes
messages of 1 MiB.
"""

import sys

import grpc
import numpy

import stubs

# gRPC's C library counts none, deflate, gzip from the lowest bit.
ACCEPTED = {"none": 0b001, "deflate": 0b011, "gzip": 0b101}


def require(holds, what):
    if not holds:
        sys.exit("not so: " + what)


def status(call):
    """The code and message that a call fails with."""
    try:
        call()
    except grpc.RpcError as error:
        return error.code(), error.details()
    return None, "it succeeds"


def request(messages, values, classes=None):
    made = messages.ModelInferRequest(model_name="rows")
    made.inputs.add(name="x", datatype="FP32", shape=values.shape)
    made.raw_input_contents.append(values.tobytes())
    if classes is not None:
        made.outputs.add(name="y").parameters["classification"].int64_param = classes
    return made


def check_classes(messages, stub):
    values = numpy.array([[1.5, -2, 3.25], [0, 9, 4]], "<f4")
    expected = [b"3.250000:2:dog", b"1.500000:0:cat", b"9.000000:1", b"4.000000:2:dog"]
    asked = request(messages, values, 2)
    for answer in [stub.ModelInfer(asked)] + [each.infer_response for each in stub.ModelStreamInfer(iter([asked]))]:
        (output,) = answer.outputs
        require(output.datatype == "BYTES" and list(output.shape) == [2, 2], "classes are two texts for each row")
        require(stubs.elements(answer.raw_output_contents[0]) == expected, "classes are the best with their labels")
    code, message = status(lambda: stub.ModelInfer(request(messages, values, 0)))
    require(code == grpc.StatusCode.INVALID_ARGUMENT and "'classification'" in message, "no classes are refused")


def check_headers(messages, stub):
    asked = request(messages, numpy.array([[7]], "<f4"))
    origins = []
    for headers in [[], [], [("tern_cache", "bypass")]]:
        origins.append(stub.ModelInfer(asked, metadata=headers).parameters["tern_cache"].string_param)
    require(origins == ["miss", "l1", "bypass"], "the header bypasses the cache, not %s" % origins)
    code, message = status(lambda: stub.ModelInfer(asked, metadata=[("timeout", "1")]))
    require(code == grpc.StatusCode.INVALID_ARGUMENT and "'timeout' is reserved" in message, "a reserved header is refused")


def check_compression(messages, services, target):
    values = numpy.zeros((4, 20_000), "<f4")
    for accepted, bits in ACCEPTED.items():
        options = [("grpc.compression_enabled_algorithms_bitset", bits)]
        with grpc.insecure_channel(target, options) as channel:
            stub = services.GRPCInferenceServiceStub(channel)
            answer = stub.ModelInfer(request(messages, values))
            require(answer.raw_output_contents[0] == values.tobytes(), "answers come to who accepts " + accepted)
    large = request(messages, numpy.zeros((4, 100_000), "<f4"))
    with grpc.insecure_channel(target) as channel:
        stub = services.GRPCInferenceServiceStub(channel)
        for sent in (grpc.Compression.Gzip, grpc.Compression.Deflate):
            answer = stub.ModelInfer(request(messages, values), compression=sent)
            require(answer.raw_output_contents[0] == values.tobytes(), "requests may be compressed: %s" % sent)
            code, message = status(lambda: stub.ModelInfer(large, compression=sent))
            require(code == grpc.StatusCode.RESOURCE_EXHAUSTED and "1048576" in message, "too large is refused: " + message)


def main(protos, generated, target):
    messages, services = stubs.generate(protos, generated)
    with grpc.insecure_channel(target) as channel:
        stub = services.GRPCInferenceServiceStub(channel)
        extensions = stub.ServerMetadata(messages.ServerMetadataRequest()).extensions
        require("classification" in extensions and "parameters" in extensions, "the server says what it can")
        check_classes(messages, stub)
        check_headers(messages, stub)
    check_compression(messages, services, target)
    print("classes, headers and compression are as they should be")


main(*sys.argv[1:])
