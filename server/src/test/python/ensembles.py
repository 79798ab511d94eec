"""Asks the demo's ensemble, and the models of its steps one after the other, and holds one answer against the other.

usage: ensembles.py PROTO_DIRECTORY DIRECTORY_FOR_GENERATED_CODE HOST:PORT
"""

import struct
import sys

import grpc
import numpy

import stubs

ITEMS = 300
BEST = 10


def require(holds, what):
    if not holds:
        sys.exit("not so: " + what)


def texts(values):
    return b"".join(struct.pack("<I", len(each)) + each for each in values)


class Server:
    def __init__(self, messages, stub):
        self.messages = messages
        self.stub = stub

    def infer(self, model, **inputs):
        """The raw outputs of a model; inputs are (datatype, shape, bytes)."""
        asked = self.messages.ModelInferRequest(model_name=model)
        for name, (datatype, shape, raw) in inputs.items():
            asked.inputs.add(name=name, datatype=datatype, shape=shape)
            asked.raw_input_contents.append(raw)
        return list(self.stub.ModelInfer(asked).raw_output_contents)

    def runs(self, model):
        asked = self.messages.ModelStatisticsRequest(name=model)
        return self.stub.ModelStatistics(asked).model_stats[0].inference_count


def by_hand(server, user, items):
    (user_number,) = server.infer("hash_users", id=("BYTES", [1, 1], texts([user])))
    (item_numbers,) = server.infer("hash_items", id=("BYTES", [len(items), 1], texts(items)))
    (vector,) = server.infer("user_tower", id=("INT64", [1, 1], user_number))
    (vectors,) = server.infer("item_tower", id=("INT64", [len(items), 1], item_numbers))
    (raw,) = server.infer("pair_ranker", user=("FP32", [1, 16], vector), items=("FP32", [len(items), 16], vectors))
    scores = numpy.frombuffer(raw, "<f4")
    best = numpy.argsort(-scores, kind="stable")[:BEST]
    return [items[i] for i in best], scores[best]


def main(protos, generated, target):
    messages, services = stubs.generate(protos, generated)
    with grpc.insecure_channel(target) as channel:
        server = Server(messages, services.GRPCInferenceServiceStub(channel))
        items = [b"item-%d" % i for i in range(ITEMS)]
        ids, scores = by_hand(server, b"alice", items)
        before = server.runs("user_tower")
        for _ in range(3):
            user, item = ("BYTES", [1, 1], texts([b"alice"])), ("BYTES", [ITEMS, 1], texts(items))
            best, raw = server.infer("recommend", user=user, item=item)
            require(stubs.elements(best) == ids, "the best items are those found by hand")
            require(numpy.array_equal(numpy.frombuffer(raw, "<f4"), scores), "so are their scores")
        require(server.runs("user_tower") == before, "a user's vector that was computed is not computed again")
    print("the ensemble answers what its steps' models do by hand")


main(*sys.argv[1:])
