package dev.tern.server.boot.ensembles;

import dev.tern.proto.inference.ModelConfig;

/** How many dimensions models' inputs have. */
final class Ranks {
    private Ranks() {}

    /** As requests have it, the batch included; -1 for an input that there is not. */
    static int of(ModelConfig model, String input) {
        for (int i = 0; i < model.getInputCount(); i++) {
            if (model.getInput(i).getName().equals(input)) {
                return model.getInput(i).getDimsCount() + (model.getMaxBatchSize() > 0 ? 1 : 0);
            }
        }
        return -1;
    }
}
