"""Asks for classes, forwards headers, compresses, shares memory, changes the log and traces, and holds every answer against what it should be.

usage: extensions.py PROTO_DIRECTORY DIRECTORY_FOR_GENERATED_CODE HOST:PORT TRACE_FILE

The server has the model rows, which answers its input; it forwards tern_cache and timeout, compresses its answers, takes
messages of 1 MiB, lets clients share memory and traces to the file, of which nothing is there before.
"""

import json
import os
import sys
from multiprocessing import shared_memory

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


def place(tensor, region, offset, size):
    """Says of a tensor of a request that it is, or is to be, in a region."""
    tensor.parameters["shared_memory_region"].string_param = region
    tensor.parameters["shared_memory_offset"].int64_param = offset
    tensor.parameters["shared_memory_byte_size"].int64_param = size


def check_shared_memory(messages, stub):
    values = numpy.arange(8, dtype="<f4").reshape(2, 4)
    size = values.nbytes
    memory = shared_memory.SharedMemory(create=True, size=2 * size)
    try:
        memory.buf[:size] = values.tobytes()
        named = messages.SystemSharedMemoryRegisterRequest(name="mine", key="/" + memory.name, byte_size=2 * size)
        stub.SystemSharedMemoryRegister(named)
        code, _ = status(lambda: stub.SystemSharedMemoryRegister(named))
        require(code == grpc.StatusCode.ALREADY_EXISTS, "a region is registered once")
        asked = messages.ModelInferRequest(model_name="rows")
        place(asked.inputs.add(name="x", datatype="FP32", shape=values.shape), "mine", 0, size)
        place(asked.outputs.add(name="y"), "mine", size, size)
        for ask in (stub.ModelInfer, lambda one: next(stub.ModelStreamInfer(iter([one]))).infer_response):
            answer = ask(asked)
            require(bytes(memory.buf[size : 2 * size]) == values.tobytes(), "the answer is in the region")
            require(list(answer.raw_output_contents) == [b""], "and not in the message")
            require(answer.outputs[0].parameters["shared_memory_region"].string_param == "mine", "which says so")
            memory.buf[size : 2 * size] = bytes(size)
        # From here on what is mapped must not be touched.
        os.truncate("/dev/shm/" + memory.name, 0)
        code, message = status(lambda: stub.ModelInfer(asked))
        require(code == grpc.StatusCode.INVALID_ARGUMENT and "shorter" in message, "a region cut off is an error: " + message)
        stub.SystemSharedMemoryUnregister(messages.SystemSharedMemoryUnregisterRequest())
        regions = stub.SystemSharedMemoryStatus(messages.SystemSharedMemoryStatusRequest()).regions
        require(len(regions) == 0, "no region is left")
    finally:
        memory.close()
        memory.unlink()


def check_logging(messages, stub):
    wanted = messages.LogSettingsRequest()
    wanted.settings["log_verbose_level"].uint32_param = 1
    told = stub.LogSettings(wanted).settings
    names = {"log_file", "log_info", "log_warning", "log_error", "log_verbose_level", "log_format"}
    require(set(told) == names, "all of the log's settings are told, not only %s" % sorted(told))
    require(told["log_verbose_level"].uint32_param == 1, "the log is changed")
    wanted.settings["log_verbose_level"].uint32_param = 0
    require(stub.LogSettings(wanted).settings["log_verbose_level"].uint32_param == 0, "and changed back")
    wanted.settings["log_file"].string_param = "other"
    code, message = status(lambda: stub.LogSettings(wanted))
    require(code == grpc.StatusCode.UNIMPLEMENTED and "log file location" in message, "the file stays: " + message)


def check_tracing(messages, stub, path):
    wanted = messages.TraceSettingRequest(model_name="rows")
    for key, value in {"trace_level": "TIMESTAMPS", "trace_rate": "1", "trace_count": "1", "log_frequency": "1"}.items():
        wanted.settings[key].value.append(value)
    told = stub.TraceSetting(wanted).settings
    names = {"trace_file", "trace_level", "trace_rate", "trace_count", "log_frequency", "trace_mode"}
    require(set(told) == names, "all of the trace's settings are told, not only %s" % sorted(told))
    for _ in range(2):
        stub.ModelInfer(request(messages, numpy.array([[1]], "<f4")), metadata=[("tern_cache", "bypass")])
    general = stub.TraceSetting(messages.TraceSettingRequest()).settings
    require(list(general["trace_level"].value) == ["OFF"], "other models are not traced")
    traces = stubs.eventually(lambda: read_traces(path + ".0"))
    require(traces[0]["model_name"] == "rows" and traces[0]["id"] == traces[1]["id"], "a trace says of what model it is")
    times = [each["ns"] for each in traces[1]["timestamps"]]
    require(len(times) == 7 and times == sorted(times), "a run has seven times in order, not %s" % traces[1])
    require(not os.path.exists(path + ".1"), "and no more than said are traced")
    wanted.settings["trace_file"].value.append("other")
    code, message = status(lambda: stub.TraceSetting(wanted))
    require(code == grpc.StatusCode.UNIMPLEMENTED and "trace file location" in message, "the file stays: " + message)


def read_traces(path):
    """The file's traces; nothing while it is being written."""
    try:
        with open(path, encoding="utf-8") as file:
            return json.load(file)
    except (FileNotFoundError, json.JSONDecodeError):
        return None


def main(protos, generated, target, traces):
    messages, services = stubs.generate(protos, generated)
    with grpc.insecure_channel(target) as channel:
        stub = services.GRPCInferenceServiceStub(channel)
        extensions = stub.ServerMetadata(messages.ServerMetadataRequest()).extensions
        require("classification" in extensions and "parameters" in extensions, "the server says what it can")
        check_classes(messages, stub)
        require("system_shared_memory" in extensions, "the server lets clients share memory")
        check_headers(messages, stub)
        check_shared_memory(messages, stub)
        require("logging" in extensions, "the server lets clients change its log")
        check_logging(messages, stub)
        require("trace" in extensions, "the server traces")
        check_tracing(messages, stub, traces)
    check_compression(messages, services, target)
    print("classes, headers, compression, shared memory, log and traces are as they should be")


main(*sys.argv[1:])
