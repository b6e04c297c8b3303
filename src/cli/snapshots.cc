#include "base/error.h"
#include "cli/commands.h"
#include "cli/text_width.h"
#include "domain/nouns.h"

#include <boost/json.hpp>

namespace stepwell::cli {

using client::find_named;
using client::text_in;

namespace {

struct Options {
    std::string project, runbook, name, notes, output;
    bool publish = false;
};

Json find_runbook(client::Client& client, Options const& options) {
    auto const project = find_named(client, domain::noun_of<domain::Project>(), options.project);
    return find_named(client, domain::noun_of<domain::Runbook>(), options.runbook,
                      "ProjectId=" + text_in(project, "Id"));
}

int create(Options const& options, Shared const& shared) {
    auto client = connect(shared);
    auto const runbook = find_runbook(client, options);
    boost::json::object body{{"RunbookId", text_in(runbook, "Id")}, {"ProjectId", text_in(runbook, "ProjectId")}};
    if (!options.name.empty()) body["Name"] = options.name;
    if (!options.notes.empty()) body["Notes"] = options.notes;
    auto const snapshot = client.post(options.publish ? "runbookSnapshots?publish=true" : "runbookSnapshots",
                                      base::to_text(Json(std::move(body))));
    if (options.output == "json")
        shared.terminal().print_json(base::to_text(snapshot));
    else
        shared.terminal().print(fmt::format("{} '{}' ({}).\n", options.publish ? "Created and published" : "Created",
                                            printable(text_in(snapshot, "Name")), text_in(snapshot, "Id")));
    return 0;
}

int publish(Options const& options, Shared const& shared) {
    auto client = connect(shared);
    auto runbook = find_runbook(client, options);
    auto const id = text_in(runbook, "Id");
    auto const snapshot =
        find_named(client, domain::noun_of<domain::RunbookSnapshot>(), options.name, "RunbookId=" + id);
    runbook.as_object()["PublishedRunbookSnapshotId"] = text_in(snapshot, "Id");
    client.send("PUT", "runbooks/" + base::encode_percent(id), base::to_text(runbook));
    shared.terminal().print(
        fmt::format("Published '{}' ({}).\n", printable(text_in(snapshot, "Name")), text_in(snapshot, "Id")));
    return 0;
}

void add_whose(CLI::App& command, Options& options) {
    add_name(command, "--runbook", options.runbook, "Runbook name or id")->required();
    add_name(command, "--project", options.project, "Project name or id")->required();
}

} // namespace

void add_snapshots(CLI::App& app, Shared& shared) {
    auto snapshot = app.get_subcommand("snapshot");
    auto made = std::make_shared<Options>(), chosen = std::make_shared<Options>();
    std::string const whose = " --runbook \"Restart Tomcat\" --project Shop";
    auto command =
        add_command(*snapshot, "create", "Create a snapshot of a runbook",
                    {"stepwell snapshot create" + whose,
                     "stepwell snapshot create" + whose + " --name \"With drain\" --notes \"drains first\" --publish"});
    add_whose(*command, *made);
    add_name(*command, "--name", made->name, "Snapshot name (default: generated)");
    command->add_option("--notes", made->notes, "Notes, in Markdown");
    command->add_flag("--publish", made->publish, "Publish the snapshot: runs that name no snapshot use it");
    add_output(*command, made->output);
    on_chosen(*command, shared, [made, &shared] { return create(*made, shared); });

    auto other = add_command(*snapshot, "publish", "Publish a snapshot: runs that name no snapshot use it",
                             {"stepwell snapshot publish RunbookSnapshots-1" + whose});
    add_name(*other, "name", chosen->name, "Id or name of the snapshot")->required();
    add_whose(*other, *chosen);
    on_chosen(*other, shared, [chosen, &shared] { return publish(*chosen, shared); });
}

} // namespace stepwell::cli
