package dev.tern.server.engine.onnx.graph;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HexFormat;
import java.util.Map;
import java.util.SortedMap;

/** One SHA-256 over everything that decides a model's answers. */
final class ContentDigest {
    private static final int BUFFER_BYTES = 1 << 16;

    private final MessageDigest sha256;

    private ContentDigest(MessageDigest sha256) {
        this.sha256 = sha256;
    }

    /** 64 hexadecimal digits over the model file, its side files and the inputs that it may be given. */
    static String of(Path model, SortedMap<String, Path> sideFiles, Collection<String> optionalInputs)
            throws ModelRefusedException {
        ContentDigest digest = new ContentDigest(newSha256());
        digest.file(model);
        for (Map.Entry<String, Path> sideFile : sideFiles.entrySet()) {
            digest.text(sideFile.getKey());
            digest.file(sideFile.getValue());
        }
        digest.number(optionalInputs.size());
        optionalInputs.stream().sorted().forEach(digest::text);
        return HexFormat.of().formatHex(digest.sha256.digest());
    }

    private void file(Path file) throws ModelRefusedException {
        byte[] buffer = new byte[BUFFER_BYTES];
        try (InputStream stream = Files.newInputStream(file)) {
            long size = 0;
            for (int read = stream.read(buffer); read >= 0; read = stream.read(buffer)) {
                sha256.update(buffer, 0, read);
                size += read;
            }
            // The length says where one part ends, so that no two models can give the same bytes.
            number(size);
        } catch (IOException e) {
            throw ModelFile.unreadable(file, e);
        }
    }

    private void text(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        number(bytes.length);
        sha256.update(bytes);
    }

    private void number(long value) {
        sha256.update(ByteBuffer.allocate(Long.BYTES).putLong(0, value));
    }

    private static MessageDigest newSha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
