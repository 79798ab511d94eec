package dev.tern.server.engine.onnx.graph;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.tern.proto.onnx.ModelProto;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads ONNX files, with a reason an operator can read where that fails. */
final class ModelFile {
    private ModelFile() {}

    /** The model without the numbers in its constants. */
    static ModelProto describe(Path file) throws ModelRefusedException {
        ModelProto model = parse(file, SlimModel::read);
        if (!model.hasGraph()) {
            throw new ModelRefusedException(
                    "'" + file.getFileName() + "' is not an ONNX model: it holds no graph (" + size(file) + ")");
        }
        return model;
    }

    /** The whole model, all in memory. */
    static ModelProto whole(Path file) throws ModelRefusedException {
        return parse(file, stream -> ModelProto.parseFrom(CodedInputStream.newInstance(stream)));
    }

    private static ModelProto parse(Path file, Parser parser) throws ModelRefusedException {
        checkIsFile(file);
        try (InputStream stream = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
            return parser.parse(stream);
        } catch (InvalidProtocolBufferException e) {
            throw new ModelRefusedException(
                    "'" + file.getFileName() + "' is not an ONNX model, or only part of one (" + size(file) + ")", e);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private static void checkIsFile(Path file) throws ModelRefusedException {
        if (!Files.exists(file)) {
            throw new ModelRefusedException("'" + file.getFileName() + "' does not exist");
        }
        if (!Files.isRegularFile(file)) {
            throw new ModelRefusedException("'" + file.getFileName() + "' is a directory, not a file");
        }
        try {
            long size = Files.size(file);
            if (size == 0) {
                throw new ModelRefusedException("'" + file.getFileName() + "' is empty (0 bytes)");
            }
            if (size > Integer.MAX_VALUE) {
                throw new ModelRefusedException("'" + file.getFileName() + "' has " + size
                        + " bytes; an ONNX file has at most 2147483647, larger weights lie in external data files");
            }
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    static ModelRefusedException unreadable(Path file, IOException cause) {
        return new ModelRefusedException("'" + file.getFileName() + "' cannot be read", cause);
    }

    private static String size(Path file) throws ModelRefusedException {
        try {
            return Files.size(file) + " bytes";
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private interface Parser {
        ModelProto parse(InputStream stream) throws IOException;
    }
}
