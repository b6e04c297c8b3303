#include "cli/usage.h"

#include "base/text.h"
#include "cli/commands.h"
#include "cli/run.h"

#include <numeric>

namespace stepwell::cli {

void refuse_usage(std::string option, std::string message) {
    try {
        base::reject(std::move(option), std::move(message));
    } catch (base::Error const& error) {
        throw UsageError(error);
    }
}

CLI::Validator accepting(std::function<std::string(std::string const&)> problem_of) {
    return CLI::Validator([problem_of = std::move(problem_of)](std::string& value) { return problem_of(value); }, "");
}

CLI::Validator not_empty() {
    return accepting([](std::string const& value) { return value.empty() ? "must not be empty" : std::string(); });
}

CLI::Validator one_of(std::vector<std::string> words) {
    auto const take = [words = std::move(words)](std::string& value) {
        for (auto const& word : words)
            if (base::equal_ignoring_case(word, value)) {
                value = word;
                return std::string();
            }
        return fmt::format("must be {} or {}, not '{}'", base::join(std::vector(words.begin(), words.end() - 1), ", "),
                           words.back(), value);
    };
    return CLI::Validator(take, "");
}

namespace {

std::string with_commas(std::int64_t number) {
    auto text = std::to_string(number);
    for (auto at = std::ssize(text) - 3; at > 0; at -= 3) text.insert(std::size_t(at), ",");
    return text;
}

} // namespace

CLI::Validator within(Limits limits) {
    return accepting([limits](std::string const& value) {
        auto const number = base::to_number(value);
        bool const fits = number && limits.min <= *number && *number <= limits.max;
        return fits ? std::string()
                    : fmt::format("must be between {} and {}, not '{}'", with_commas(limits.min),
                                  with_commas(limits.max), value);
    });
}

std::string describe_number(std::string const& description, Limits limits, std::int64_t value) {
    auto const range = limits.max == Limits::no_max
                           ? std::string()
                           : fmt::format("{} to {}; ", with_commas(limits.min), with_commas(limits.max));
    return fmt::format("{} ({}default: {})", description, range, value);
}

namespace {

// Returns the number of letters to insert, delete, replace or swap with the next one to get from one word to the other.
std::size_t distance(std::string_view from, std::string_view to) {
    std::vector<std::size_t> before, above, row(to.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t(0));
    for (std::size_t i = 1; i <= from.size(); ++i) {
        before = std::exchange(above, row);
        row[0] = i;
        for (std::size_t j = 1; j <= to.size(); ++j) {
            row[j] = std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1)});
            bool const swapped = i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1];
            if (swapped) row[j] = std::min(row[j], before[j - 2] + 1);
        }
    }
    return row.back();
}

// Returns the names of the commands below `command` that its help lists.
std::vector<std::string> names_below(CLI::App const& command) {
    std::vector<std::string> names;
    for (auto const* each : command.get_subcommands([](CLI::App const* app) { return !app->get_group().empty(); }))
        names.push_back(each->get_name());
    if (command.get_parent() == nullptr)
        for (auto const& each : server_commands) names.emplace_back(each.name);
    return names;
}

// Returns the name that was probably meant; empty if none is similar.
std::string nearest(std::string const& word, std::vector<std::string> const& names) {
    std::string found;
    auto least = std::min<std::size_t>(2, word.size() / 2) + 1;
    for (auto const& name : names)
        if (auto const changes = distance(base::to_lower(word), name); changes < least) {
            least = changes;
            found = name;
        }
    return found;
}

std::string message_without_command(CLI::App const& app, CLI::App const& command) {
    auto const names = names_below(command);
    auto const commands = "Commands: " + base::join(names, ", ") + ".";
    auto const words = app.remaining(true);
    if (words.empty()) return "A command is required. " + commands;
    auto const& word = words.front();
    if (word.starts_with('-')) return "There is no option '" + word + "'.";
    auto const meant = nearest(word, names);
    return "There is no command '" + word + "'. " + (meant.empty() ? commands : "Did you mean '" + meant + "'?");
}

std::string message_of(CLI::App const& app, CLI::App const& command, CLI::ParseError const& error) {
    bool const is_group = !command.get_subcommands([](CLI::App const*) { return true; }).empty();
    if (is_group && dynamic_cast<CLI::RequiredError const*>(&error)) return message_without_command(app, command);
    std::string text = error.what();
    // "--take: 1 required INT missing", in the words of CLI11
    if (dynamic_cast<CLI::ArgumentMismatch const*>(&error) && text.ends_with(" missing"))
        return text.substr(0, text.find(':')) + ": needs a value";
    return text;
}

} // namespace

int explain_usage(CLI::App const& app, CLI::ParseError const& error) {
    if (error.get_exit_code() == 0) return app.exit(error); // a request for help or for the version
    auto const* command = &app;
    std::string name = "stepwell";
    for (auto named = app.get_subcommands(); !named.empty(); named = command->get_subcommands()) {
        command = named.front();
        name += " " + command->get_name();
    }
    std::fprintf(stderr, "stepwell: %s\nSee `%s --help`.\n", message_of(app, *command, error).c_str(), name.c_str());
    return exit_could_not;
}

} // namespace stepwell::cli
