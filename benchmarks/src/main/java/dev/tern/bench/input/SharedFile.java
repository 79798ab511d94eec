package dev.tern.bench.input;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.tern.proto.inference.InferParameter;
import dev.tern.proto.inference.ModelInferRequest;
import dev.tern.proto.inference.ModelInferRequest.InferInputTensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * A file that a server on this machine reads requests' inputs from, in place of the messages; deleted when it is closed.
 * Filled by one thread, before requests are sent.
 */
public final class SharedFile implements AutoCloseable {
    private final Path path;
    private final FileChannel file;
    private long size;

    private SharedFile(Path path, FileChannel file) {
        this.path = path;
        this.file = file;
    }

    /**
     * Makes one.
     *
     * @param directory the machine's shared memory
     * @throws InputException when no file can be made there
     */
    public static SharedFile in(Path directory) {
        try {
            Path path = Files.createTempFile(directory, "tern-bench-", "");
            return new SharedFile(path, FileChannel.open(path, StandardOpenOption.WRITE));
        } catch (IOException e) {
            throw new InputException("no file for inputs can be made in %s: %s".formatted(directory, e));
        }
    }

    /** Its key, and what the requests call it. */
    public String name() {
        return path.getFileName().toString();
    }

    /** Bytes that were put into it. */
    public long size() {
        return size;
    }

    /**
     * The requests of {@code pool}, with their inputs put here.
     *
     * @throws InputException when there is no room for them
     */
    public RequestPool take(RequestPool pool) {
        List<byte[]> requests = new ArrayList<>(pool.size());
        int[] rows = new int[pool.size()];
        for (int i = 0; i < pool.size(); i++) {
            requests.add(taken(pool.get(i)));
            rows[i] = pool.rows(i);
        }
        return new RequestPool(new EncodedRequests(requests, rows), pool.info(), pool.digest());
    }

    private byte[] taken(byte[] encoded) {
        try {
            ModelInferRequest request = ModelInferRequest.parseFrom(encoded);
            ModelInferRequest.Builder placed = request.toBuilder().clearRawInputContents();
            for (int i = 0; i < request.getInputsCount(); i++) {
                ByteString contents = request.getRawInputContents(i);
                if (contents.isEmpty()) {
                    // There is no place without bytes.
                    placed.addRawInputContents(contents);
                } else {
                    place(placed.getInputsBuilder(i), contents);
                }
            }
            return placed.build().toByteArray();
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("a request that was encoded here cannot be read", e);
        } catch (IOException e) {
            throw new InputException("inputs cannot be written to %s: %s".formatted(path, e));
        }
    }

    private void place(InferInputTensor.Builder input, ByteString contents) throws IOException {
        input.putParameters(
                        "shared_memory_region",
                        InferParameter.newBuilder().setStringParam(name()).build())
                .putParameters("shared_memory_offset", number(size))
                .putParameters("shared_memory_byte_size", number(contents.size()));
        ByteBuffer left = contents.asReadOnlyByteBuffer();
        while (left.hasRemaining()) {
            size += file.write(left, size);
        }
    }

    private static InferParameter number(long value) {
        return InferParameter.newBuilder().setInt64Param(value).build();
    }

    @Override
    public void close() {
        try {
            file.close();
            Files.delete(path);
        } catch (IOException e) {
            throw new InputException("%s cannot be deleted: %s".formatted(path, e));
        }
    }
}
