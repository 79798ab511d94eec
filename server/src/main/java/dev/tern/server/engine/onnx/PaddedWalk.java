package dev.tern.server.engine.onnx;

import dev.tern.server.tensor.Shape;

/**
 * Walks through a block that is larger than what it holds, in the order of memory, and tells apart what is held from
 * what is padding. Used to fill blocks and to empty them.
 */
final class PaddedWalk {
    /** What is done with the elements on the way. */
    interface Visitor {
        /** The next {@code elements} are held. */
        void own(int elements);

        /** The next {@code elements} are padding. */
        void padding(int elements);
    }

    private final Shape held;
    private final Shape block;
    private final Visitor visitor;
    private final int innermost;
    private final int run;

    private PaddedWalk(Shape held, Shape block, Visitor visitor) {
        this.held = held;
        this.block = block;
        this.visitor = visitor;
        int axis = held.rank() - 1;
        int elements = 1;
        // Behind the last padded dimension everything lies in one piece.
        while (axis > 0 && held.dim(axis) == block.dim(axis)) {
            elements *= (int) held.dim(axis);
            axis--;
        }
        this.innermost = axis;
        this.run = elements;
    }

    /** Walks through {@code block}; {@code held} has its rank and is no larger in any dimension. */
    static void walk(Shape held, Shape block, Visitor visitor) {
        if (held.equals(block)) {
            visitor.own((int) held.elements());
        } else {
            new PaddedWalk(held, block, visitor).visit(0);
        }
    }

    private void visit(int axis) {
        int own = (int) held.dim(axis);
        if (axis == innermost) {
            visitor.own(own * run);
            visitor.padding(((int) block.dim(axis) - own) * run);
            return;
        }
        for (int i = 0; i < own; i++) {
            visit(axis + 1);
        }
        int padded = (int) block.dim(axis) - own;
        if (padded > 0) {
            visitor.padding(padded * elementsBehind(axis));
        }
    }

    private int elementsBehind(int axis) {
        int elements = 1;
        for (int behind = axis + 1; behind < block.rank(); behind++) {
            elements *= (int) block.dim(behind);
        }
        return elements;
    }
}
