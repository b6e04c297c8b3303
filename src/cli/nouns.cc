// The commands list, view and delete for every noun, generated from its description.
#include "domain/nouns.h"
#include "base/error.h"
#include "cli/commands.h"
#include "cli/table.h"
#include "cli/text_width.h"
#include "cli/usage.h"

#include <boost/json.hpp>

namespace stepwell::cli {

using client::text_in;
using domain::Noun;

namespace {

// An option that selects the documents of an owner: --project for ProjectId of a runbook.
struct Owner {
    std::string member;
    Noun const* noun;
    std::string word; // as given
};

struct Options {
    std::string word, partial_name, output;
    std::int64_t skip = 0, take = 100;
    bool yes = false;
    std::vector<Owner> owners;
};

// Returns "project groups" or "snapshots".
std::string plural_of(Noun const& noun) { return domain::plural_of(base::replace_all(command_name(noun), "-", " ")); }

// Returns false for documents that are deleted with their owner and for those that only the server creates.
bool can_delete(Noun const& noun) {
    static constexpr std::string_view kept[] = {"VariableSet", "DeploymentProcess", "RunbookProcess", "Team", "Feed"};
    return std::ranges::find(kept, noun.name) == std::end(kept);
}

std::shared_ptr<Options> options_for(Noun const& noun) {
    auto options = std::make_shared<Options>();
    for (auto const& field : noun.type->fields)
        if (auto owner = noun_of_member(field.name); owner && field.flags.has(schema::owner))
            options->owners.push_back({std::string(field.name), owner, ""});
    return options;
}

void add_owners(CLI::App& command, Options& options) {
    for (auto& owner : options.owners) {
        auto const name = command_name(*owner.noun);
        auto label = base::replace_all(name, "-", " ");
        label.front() = char(label.front() - 'a' + 'A');
        add_name(command, "--" + name, owner.word, label + " name or id");
    }
}

// Returns projectId=Projects-1&runbookId=Runbooks-2. Each document is searched among those of the owners before it.
std::string filter_of(client::Client& client, Options const& options) {
    std::string filter;
    for (auto const& owner : options.owners) {
        if (owner.word.empty()) continue;
        bool const narrows = owner.noun->type->find("ProjectId") != nullptr;
        auto const found = client::find_named(client, *owner.noun, owner.word, narrows ? filter : "");
        filter += (filter.empty() ? "" : "&") + owner.member + "=" + text_in(found, "Id");
    }
    return filter;
}

std::string cell_of(Json const& document, std::string_view member) {
    auto const value = base::find_member(document, member);
    if (!value || value->is_null()) return {};
    return value->is_string() ? std::string(value->get_string()) : base::to_text(*value);
}

// Returns the columns of a list: name, owner and purpose.
std::vector<std::string> columns_of(Noun const& noun) {
    if (noun.name == "RunbookRun") return {"Id", "Name", "TaskId", "DeployedBy", "Created"};
    if (noun.name == "RunbookSnapshot") return {"Id", "Name", "RunbookId", "Assembled", "Notes"};
    if (noun.name == "User") return {"Id", "Username", "DisplayName", "IsActive"};
    std::vector<std::string> columns{"Id"};
    for (auto const& field : noun.type->fields) {
        bool const shown = field.name == "Name" || field.name == "Version" || field.name == "Description" ||
                           field.flags.has(schema::owner);
        if (shown) columns.emplace_back(field.name);
    }
    return columns;
}

int list(Noun const& noun, Options const& options, Shared const& shared) {
    auto client = connect(shared);
    auto const terminal = shared.terminal();
    auto path = fmt::format("{}?skip={}&take={}", client::path_of(noun), options.skip, options.take);
    if (!options.partial_name.empty()) path += "&partialName=" + base::encode_percent(options.partial_name);
    if (auto const filter = filter_of(client, options); !filter.empty()) path += "&" + filter;
    auto const text = client.send("GET", path);
    if (options.output == "json") {
        terminal.print_json(text);
        return 0;
    }
    auto const page = base::parse_json(text);
    auto const columns = columns_of(noun);
    Table table(columns);
    auto const& items = page.at("Items").as_array();
    for (auto const& item : items) {
        std::vector<std::string> cells;
        for (auto const& column : columns) cells.push_back(cell_of(item, column));
        table.add(std::move(cells));
    }
    terminal.print(table.text(terminal.width()));
    auto const total = page.at("TotalResults").to_number<std::int64_t>();
    if (options.skip + std::int64_t(items.size()) < total)
        terminal.say(fmt::format("{} of {}; --take and --skip show others.", items.size(), total));
    return 0;
}

int view(Noun const& noun, Options const& options, Shared const& shared) {
    auto client = connect(shared);
    auto const terminal = shared.terminal();
    auto const found = client::find_named(client, noun, options.word, filter_of(client, options));
    if (options.output == "json") {
        terminal.print_json(base::to_text(found));
        return 0;
    }
    Table table({"Member", "Value"});
    for (auto const& field : noun.type->fields)
        if (auto cell = cell_of(found, field.name); !cell.empty())
            table.add({std::string(field.name), std::move(cell)});
    terminal.print(table.text(terminal.width()));
    return 0;
}

int remove(Noun const& noun, Options const& options, Shared const& shared) {
    auto client = connect(shared);
    auto const terminal = shared.terminal();
    auto const found = client::find_named(client, noun, options.word, filter_of(client, options));
    auto name = text_in(found, noun.type->find("Name") ? "Name" : "Username");
    auto const id = text_in(found, "Id");
    auto const path = client::path_of(noun) + "/" + base::encode_percent(id);
    auto const preview = client.get(path + "/deletion");
    if (auto obstacle = text_in(preview, "Obstacle"); !obstacle.empty()) base::reject("", std::move(obstacle));
    auto what = fmt::format("{} '{}' ({})", domain::words_of(noun), printable(name), id);
    if (auto const rest = text_in(preview, "AlsoDeleted"); !rest.empty()) what += " with " + printable(rest);
    if (!options.yes && !terminal.can_ask()) refuse_usage("--yes", "is required if there is no terminal to confirm on");
    if (!options.yes && !terminal.confirm("Delete " + what + "?")) {
        terminal.say("Nothing was deleted.");
        return exit_failed;
    }
    client.send("DELETE", path);
    terminal.print("Deleted " + what + ".\n");
    return 0;
}

void add_list_command(CLI::App& parent, Noun const& noun, Shared& shared, std::string const& spelled) {
    std::vector<std::string> examples{spelled + " list"};
    if (client::has_names(noun)) examples.push_back(spelled + " list --partial-name de");
    examples.push_back(spelled + " list --take 5 --output json");
    auto command = add_command(parent, "list", "List " + plural_of(noun), examples);
    auto options = options_for(noun);
    if (client::has_names(noun))
        command->add_option("--partial-name", options->partial_name, "Text contained in the name");
    add_owners(*command, *options);
    add_paging(*command, options->skip, options->take);
    add_output(*command, options->output);
    on_chosen(*command, shared, [&noun, options, &shared] { return list(noun, *options, shared); });
}

// Returns the name of a document that exists on a server with a project and a runbook that ran.
std::string example_of(Noun const& noun) {
    if (noun.name == "Team") return "\"Space Managers\"";
    if (noun.name == "VariableSet") return "variableset-Projects-1";
    if (noun.name == "DeploymentProcess") return "deploymentprocess-Projects-1";
    if (noun.name == "RunbookProcess") return "RunbookProcess-Runbooks-1";
    if (noun.name == "Feed") return "feeds-builtin";
    return std::string(noun.prefix) + "-1";
}

void add_view_command(CLI::App& parent, Noun const& noun, Shared& shared, std::string const& spelled) {
    auto const one = spelled + " view " + example_of(noun);
    auto command = add_command(parent, "view", "Show one of the " + plural_of(noun), {one, one + " --output json"});
    auto options = options_for(noun);
    add_name(*command, "name", options->word, "Id, name or slug")->required();
    add_owners(*command, *options);
    add_output(*command, options->output);
    on_chosen(*command, shared, [&noun, options, &shared] { return view(noun, *options, shared); });
}

void add_delete_command(CLI::App& parent, Noun const& noun, Shared& shared, std::string const& spelled) {
    std::vector<std::string> examples{spelled + " delete Old", spelled + " delete Old --yes"};
    if (noun.name == "RunbookRun") examples = {spelled + " delete RunbookRuns-1"}; // runs have generated names
    auto command = add_command(parent, "delete", "Delete one of the " + plural_of(noun), examples);
    auto options = options_for(noun);
    add_name(*command, "name", options->word, "Id, name or slug")->required();
    add_owners(*command, *options);
    command->add_flag("--yes,-y", options->yes, "Skip the confirmation prompt");
    on_chosen(*command, shared, [&noun, options, &shared] { return remove(noun, *options, shared); });
}

} // namespace

void add_nouns(CLI::App& app, Shared& shared) {
    for (auto noun : domain::all_nouns()) {
        auto const name = command_name(*noun);
        auto const spelled = "stepwell " + name;
        auto command =
            add_command(app, name, (can_delete(*noun) ? "List, view and delete " : "List and view ") + plural_of(*noun),
                        {spelled + " list", spelled + " view " + example_of(*noun)});
        command->require_subcommand(1);
        add_list_command(*command, *noun, shared, spelled);
        add_view_command(*command, *noun, shared, spelled);
        if (can_delete(*noun)) add_delete_command(*command, *noun, shared, spelled);
    }
}

} // namespace stepwell::cli
