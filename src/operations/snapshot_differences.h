// The differences between the frozen content of a snapshot and another content, as runs would use them. Ignores values
// that runs do not use, such as notes and descriptions, and secrets that were saved again with the same value.
#pragma once
#include "domain/content.h"
#include "domain/resources/runbook.h"
#include "store/store.h"

namespace stepwell::operations {

enum class ChangeKind { added, removed, changed, moved };
constexpr std::array<std::string_view, 4> changes{"Added", "Removed", "Changed", "Moved"};
constexpr auto const& names_of(ChangeKind) { return changes; }

struct VariableDifference {
    std::string name, owner; // `owner` is a project or a library variable set
    ChangeKind change{};
    bool is_sensitive = false;
    std::optional<std::string> before, after; // nullopt if sensitive
    schema::Bag<std::vector<std::string>> scope;

    static constexpr std::string_view type_name = "VariableDifference";
    static void describe(auto& field) {
        field("Name", &VariableDifference::name, schema::plain, "Name of the variable.");
        field("Owner", &VariableDifference::owner, schema::plain,
              "Project or library variable set that contains the variable.");
        field("Change", &VariableDifference::change, schema::plain, "Change since the snapshot.");
        field("IsSensitive", &VariableDifference::is_sensitive, schema::plain,
              "Whether the values are sensitive and not shown.");
        field("Before", &VariableDifference::before, schema::plain, "Frozen value; null if it is sensitive.");
        field("After", &VariableDifference::after, schema::plain, "Current value; null if it is sensitive.");
        field("Scope", &VariableDifference::scope, schema::plain,
              "Current scope; the former scope if the value was removed.");
    }
};

struct LibrarySetDifference {
    std::string id, name;
    ChangeKind change{};

    static constexpr std::string_view type_name = "LibraryVariableSetDifference";
    static void describe(auto& field) {
        field("Id", &LibrarySetDifference::id, schema::plain, "Library variable set id.");
        field("Name", &LibrarySetDifference::name, schema::plain, "Library variable set name.");
        field("Change", &LibrarySetDifference::change, schema::plain,
              "Change since the snapshot; Moved if its precedence has changed.");
    }
};

struct ProcessDifference {
    std::string step, action;
    ChangeKind change{};

    static constexpr std::string_view type_name = "ProcessDifference";
    static void describe(auto& field) {
        field("Step", &ProcessDifference::step, schema::plain, "Step name; empty for outputs of the process.");
        field("Action", &ProcessDifference::action, schema::plain, "Action name; empty for the step itself.");
        field("Change", &ProcessDifference::change, schema::plain, "Change since the snapshot.");
    }
};

struct SnapshotDifferences {
    std::vector<VariableDifference> variables;
    std::vector<LibrarySetDifference> library_sets;
    std::vector<ProcessDifference> process;

    static constexpr std::string_view type_name = "SnapshotDifferences";
    static void describe(auto& field) {
        field("Variables", &SnapshotDifferences::variables, schema::plain, "Changed variables, by owner.");
        field("LibraryVariableSets", &SnapshotDifferences::library_sets, schema::plain,
              "Library variable sets whose inclusion or order changes the value of a variable.");
        field("Process", &SnapshotDifferences::process, schema::plain, "Changed steps and actions.");
    }

    bool in_process() const { return !process.empty(); }
    bool in_variables_of(std::string_view owner) const;
    bool in_library_sets(std::string_view project) const; // includes any owner other than the project
};

SnapshotDifferences differences_between(store::Session& session, base::KeyRing const& key,
                                        domain::SnapshotContent const& frozen, domain::SnapshotContent const& now,
                                        domain::Runbook const& runbook);

} // namespace stepwell::operations
