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
        field("Name", &ShownOutput::name, schema::plain, "Declared name.");
        field("Type", &ShownOutput::type, schema::plain, "Declared type.");
        field("Description", &ShownOutput::description, schema::plain, "Declared description.");
        field("Value", &ShownOutput::value, schema::plain,
              "Value as JSON of the declared type; null if it is sensitive.");
        field("IsSensitive", &ShownOutput::is_sensitive, schema::plain, "Whether the value is stored but never shown.");
        field("Problem", &ShownOutput::problem, schema::plain, "Reason why there is no value.");
    }
};

struct RunOutputs {
    std::string run_id, task_id;
    std::vector<ShownOutput> outputs;

    static constexpr std::string_view type_name = "RunOutputs";
    static void describe(auto& field) {
        field("RunbookRunId", &RunOutputs::run_id, schema::plain, "Run id.");
        field("TaskId", &RunOutputs::task_id, schema::plain, "Task of the run.");
        field("Outputs", &RunOutputs::outputs, schema::plain,
              "Outputs in the order of their declaration; empty until the run has succeeded.");
    }
};

RunOutputs read_outputs(store::Session& session, std::string const& run_id, std::string const& task_id);

} // namespace stepwell::operations
