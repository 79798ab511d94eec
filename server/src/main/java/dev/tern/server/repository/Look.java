package dev.tern.server.repository;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What the repositories held, at one moment.
 *
 * @param names of all models
 * @param plans by name; of those that somebody holds back as incomplete, none
 */
record Look(Set<String> names, Map<String, ModelPlan> plans) {
    Look {
        names = Set.copyOf(names);
        plans = Map.copyOf(plans);
    }

    static Look of(List<ModelPlan> plans) {
        Map<String, ModelPlan> byName = plans.stream().collect(Collectors.toMap(ModelPlan::name, Function.identity()));
        return new Look(byName.keySet(), byName);
    }
}
