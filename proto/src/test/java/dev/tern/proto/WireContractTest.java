package dev.tern.proto;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import dev.tern.proto.inference.Inference;
import dev.tern.proto.inference.ModelConfigOuterClass;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Holds every rpc, message, field number, type, label and enum value of the two wire files to the published table. */
class WireContractTest {

    @Test
    void bothFilesAreExactlyTheTable() {
        List<String> actual = new ArrayList<>();
        for (FileDescriptor file : List.of(Inference.getDescriptor(), ModelConfigOuterClass.getDescriptor())) {
            assertThat(file.getPackage()).isEqualTo("inference");
            file.getServices().forEach(service -> addService(service, actual));
            file.getEnumTypes().forEach(type -> addEnum(type, actual));
            file.getMessageTypes().forEach(type -> addMessage(type, actual));
        }
        assertThat(actual).containsExactlyInAnyOrderElementsOf(table());
    }

    @Test
    void theServiceHasItsName() {
        assertThat(Inference.getDescriptor().getServices())
                .extracting(ServiceDescriptor::getFullName)
                .containsExactly("inference.GRPCInferenceService");
    }

    private static void addService(ServiceDescriptor service, List<String> rows) {
        service.getMethods()
                .forEach(method -> rows.add(String.join(
                        "\t",
                        "rpc",
                        method.getName(),
                        method.isClientStreaming() && method.isServerStreaming() ? "stream" : "unary",
                        method.getInputType().getName(),
                        method.getOutputType().getName(),
                        "")));
    }

    private static void addEnum(EnumDescriptor type, List<String> rows) {
        type.getValues()
                .forEach(value -> rows.add(String.join(
                        "\t",
                        "enum",
                        relativeName(type.getFullName()),
                        "" + value.getNumber(),
                        value.getName(),
                        "",
                        "")));
    }

    private static void addMessage(Descriptor type, List<String> rows) {
        String name = relativeName(type.getFullName());
        if (type.getFields().isEmpty()) {
            rows.add(String.join("\t", "message", name, "-", "-", "-", "-"));
        }
        for (FieldDescriptor field : type.getFields()) {
            rows.add(String.join(
                    "\t", "field", name, "" + field.getNumber(), field.getName(), typeName(field), label(field)));
        }
        type.getEnumTypes().forEach(nested -> addEnum(nested, rows));
        type.getNestedTypes().stream()
                .filter(nested -> !nested.getOptions().getMapEntry())
                .forEach(nested -> addMessage(nested, rows));
    }

    private static String typeName(FieldDescriptor field) {
        if (field.isMapField()) {
            List<FieldDescriptor> entry = field.getMessageType().getFields();
            return "map<" + typeName(entry.get(0)) + ", " + typeName(entry.get(1)) + ">";
        }
        switch (field.getJavaType()) {
            case MESSAGE:
                return relativeName(field.getMessageType().getFullName());
            case ENUM:
                return relativeName(field.getEnumType().getFullName());
            default:
                return field.getType().name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    private static String label(FieldDescriptor field) {
        if (field.getContainingOneof() != null) {
            return "oneof " + field.getContainingOneof().getName();
        }
        return field.isRepeated() && !field.isMapField() ? "repeated" : "single";
    }

    private static String relativeName(String fullName) {
        return fullName.substring("inference.".length());
    }

    private static List<String> table() {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(
                WireContractTest.class.getResourceAsStream("wire-contract.tsv"), StandardCharsets.UTF_8))) {
            return lines.lines().collect(Collectors.toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
