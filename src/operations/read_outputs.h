#pragma once
#include "domain/outputs.h"
#include "operations/documents.h"

namespace stepwell::operations {

struct ShownOutput {
    std::string name, description;
    domain::OutputType type = domain::OutputType::string;
    schema::Verbatim value;
    bool is_sensitive = false;
    std::optional<std::string> problem;

    static constexpr std::string_view type_name = "RunOutput";
    static void describe(auto& field) {
        field("Name", &ShownOutput::name, schema::plain, "As it was declared.");
        field("Type", &ShownOutput::type, schema::plain, "As it was declared.");
        field("Description", &ShownOutput::description, schema::plain, "As it was declared.");
        field("Value", &ShownOutput::value, schema::plain, "JSON of its type; null for a sensitive one.");
        field("IsSensitive", &ShownOutput::is_sensitive, schema::plain, "It is kept, and never shown.");
        field("Problem", &ShownOutput::problem, schema::plain, "Why it has no value.");
    }
};

struct RunOutputs {
    std::string run_id, task_id;
    std::vector<ShownOutput> outputs;

    static constexpr std::string_view type_name = "RunOutputs";
    static void describe(auto& field) {
        field("RunbookRunId", &RunOutputs::run_id, schema::plain, "The run.");
        field("TaskId", &RunOutputs::task_id, schema::plain, "The task that tells how it goes.");
        field("Outputs", &RunOutputs::outputs, schema::plain, "In the order declared; none before it has succeeded.");
    }
};

RunOutputs read_outputs(store::Session& session, std::string const& run_id, std::string const& task_id);

} // namespace stepwell::operations
