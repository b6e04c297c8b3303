#include "cli/commands.h"

#include "cli/usage.h"
#include "domain/nouns.h"

namespace stepwell::cli {

client::Client open_client(client::Access access, Terminal const& terminal) {
    access.on_warning = [terminal](base::Problem const& warning) {
        terminal.say("warning: " + base::to_text(warning));
    };
    try {
        return client::Client(std::move(access));
    } catch (base::Error const& error) {
        throw UsageError(error);
    }
}

client::Client connect(Shared const& shared) {
    Environment const environment = process_environment;
    std::optional<Config> config;
    // If server and key are both given, no home folder is needed.
    if (shared.server.empty() || shared.api_key.empty()) config = read_config(config_path(environment));
    auto target = choose_target({shared.server, shared.api_key}, environment, config);
    return open_client({std::move(target.server), std::move(target.api_key), shared.space, {}}, shared.terminal());
}

CLI::App* add_command(CLI::App& parent, std::string const& name, std::string const& description,
                      std::vector<std::string> const& examples) {
    auto command = parent.add_subcommand(name, description);
    command->fallthrough();
    std::string footer = "Examples:";
    for (auto const& example : examples) footer += "\n  " + example;
    if (!examples.empty()) command->footer(footer);
    return command;
}

void on_chosen(CLI::App& command, Shared& shared, std::function<int()> action) {
    command.callback([&shared, action = std::move(action)] { shared.chosen = action; });
}

CLI::Option* add_list(CLI::App& command, std::string const& name, std::vector<std::string>& values,
                      std::string const& description) {
    return command.add_option(name, values, description)->allow_extra_args(false);
}

void add_output(CLI::App& command, std::string& output) {
    output = "table";
    command.add_option("--output,-o", output, "Output format: table or json (default: table)")
        ->transform(one_of({"table", "json"}));
}

void add_paging(CLI::App& command, std::int64_t& skip, std::int64_t& take) {
    add_number(command, "--skip", skip, "Number of results to skip");
    add_number(command, "--take", take, "Maximum number of results", {1});
}

CLI::Option* add_name(CLI::App& command, std::string const& name, std::string& value, std::string const& description) {
    return command.add_option(name, value, description)->check(not_empty());
}

std::string command_name(domain::Noun const& noun) {
    if (noun.name == "RunbookSnapshot") return "snapshot";
    return base::replace_all(domain::table_name(noun.name), "_", "-");
}

domain::Noun const* noun_of_member(std::string_view member) {
    if (!member.ends_with("Id")) return nullptr;
    member.remove_suffix(2);
    for (auto noun : domain::all_nouns())
        if (noun->name == member) return noun;
    return nullptr;
}

} // namespace stepwell::cli
