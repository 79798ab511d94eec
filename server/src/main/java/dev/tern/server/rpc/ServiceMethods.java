package dev.tern.server.rpc;

import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** Changes the methods of a service that was put together; its schema, which reflection shows, stays. */
final class ServiceMethods {
    private ServiceMethods() {}

    /** {@code service} with what {@code change} makes of each of its methods, which keeps its name. */
    static ServerServiceDefinition changed(
            ServerServiceDefinition service, UnaryOperator<ServerMethodDefinition<?, ?>> change) {
        ServiceDescriptor descriptor = service.getServiceDescriptor();
        List<ServerMethodDefinition<?, ?>> methods = new ArrayList<>();
        service.getMethods().forEach(method -> methods.add(change.apply(method)));
        ServiceDescriptor.Builder described = ServiceDescriptor.newBuilder(descriptor.getName())
                .setSchemaDescriptor(descriptor.getSchemaDescriptor());
        methods.forEach(method -> described.addMethod(method.getMethodDescriptor()));
        ServerServiceDefinition.Builder changed = ServerServiceDefinition.builder(described.build());
        methods.forEach(changed::addMethod);
        return changed.build();
    }
}
