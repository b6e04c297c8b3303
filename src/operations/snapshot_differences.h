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
        field("Name", &VariableDifference::name, schema::plain, "The variable.");
        field("Owner", &VariableDifference::owner, schema::plain, "The project or library variable set.");
        field("Change", &VariableDifference::change, schema::plain, "What became of it since.");
        field("IsSensitive", &VariableDifference::is_sensitive, schema::plain, "Its values are not told.");
        field("Before", &VariableDifference::before, schema::plain, "The frozen value; null when it is secret.");
        field("After", &VariableDifference::after, schema::plain, "The value now; null when it is secret.");
        field("Scope", &VariableDifference::scope, schema::plain, "Where it counts now, or did.");
    }
};

struct LibrarySetDifference {
    std::string id, name;
    ChangeKind change{};

    static constexpr std::string_view type_name = "LibraryVariableSetDifference";
    static void describe(auto& field) {
        field("Id", &LibrarySetDifference::id, schema::plain, "The library variable set.");
        field("Name", &LibrarySetDifference::name, schema::plain, "What it is called.");
        field("Change", &LibrarySetDifference::change, schema::plain, "Moved: another set is included before it now.");
    }
};

struct ProcessDifference {
    std::string step, action;
    ChangeKind change{};

    static constexpr std::string_view type_name = "ProcessDifference";
    static void describe(auto& field) {
        field("Step", &ProcessDifference::step, schema::plain,
              "The step; empty: the outputs that the process declares.");
        field("Action", &ProcessDifference::action, schema::plain, "Its action; empty: the step around it.");
        field("Change", &ProcessDifference::change, schema::plain, "What became of it since.");
    }
};

struct SnapshotDifferences {
    std::vector<VariableDifference> variables;
    std::vector<LibrarySetDifference> library_sets;
    std::vector<ProcessDifference> process;

    static constexpr std::string_view type_name = "SnapshotDifferences";
    static void describe(auto& field) {
        field("Variables", &SnapshotDifferences::variables, schema::plain, "By owner.");
        field("LibraryVariableSets", &SnapshotDifferences::library_sets, schema::plain,
              "Which ones are included, where that decides about a variable.");
        field("Process", &SnapshotDifferences::process, schema::plain, "Steps and actions.");
    }

    bool in_process() const { return !process.empty(); }
    bool in_variables_of(std::string_view owner) const;
    bool in_library_sets(std::string_view project) const; // includes any owner other than the project
};

SnapshotDifferences differences_between(store::Session& session, base::KeyRing const& key,
                                        domain::SnapshotContent const& frozen, domain::SnapshotContent const& now,
                                        domain::Runbook const& runbook);

} // namespace stepwell::operations
