#include "domain/content.h"

#include "base/crypto.h"
#include "base/error.h"
#include "base/fold.h"
#include "base/text.h"
#include "domain/resources/environment.h"

#include <tuple>

namespace stepwell::domain {

namespace {

auto key_of(PinnedSecret const& secret) { return std::tie(secret.owner, secret.path); }

std::optional<std::int64_t> find_secret(std::vector<PinnedSecret> const& secrets, std::string const& owner,
                                        std::string const& path) {
    auto found = std::ranges::lower_bound(secrets, std::tie(owner, path), {}, key_of);
    if (found == secrets.end() || found->owner != owner || found->path != path) return std::nullopt;
    return found->number;
}

} // namespace

void SnapshotContent::settle() { std::ranges::sort(secrets, {}, key_of); }

std::size_t count_variables(SnapshotContent const& content) {
    auto count = content.variables.size();
    for (auto const& set : content.library_sets) count += set.variables.size();
    return count;
}

void check_variable_count(SnapshotContent const& content) {
    auto const count = count_variables(content);
    if (count <= max_variables_in_run) return;
    base::reject("Variables", "the project and its library variable sets have at least " + std::to_string(count) +
                                  " variables; a run may have at most " + std::to_string(max_variables_in_run) +
                                  ". Delete variables or include fewer sets, then create a new snapshot");
}

// Paths are those of schema::walk over the documents that contain the secrets.
std::optional<std::int64_t> SnapshotContent::secret_of(std::string const& of_set, Variable const& variable) const {
    return find_secret(secrets, of_set, "Variables[" + variable.id + "].Value");
}

std::optional<std::int64_t> SnapshotContent::secret_of(Step const& step, Action const& action,
                                                       std::string_view property) const {
    return find_secret(secrets, process_id,
                       "Steps[" + step.id + "].Actions[" + action.id + "].Properties." + std::string(property));
}

SnapshotContent freeze(Process const& process, VariableSet const& variables, std::vector<PinnedSecret> secrets) {
    SnapshotContent content;
    content.process_id = process.id;
    content.process_version = process.version;
    content.steps = process.steps;
    content.outputs = process.outputs;
    content.variable_set_id = variables.id;
    content.variable_set_version = variables.version;
    content.variables = variables.variables;
    content.secrets = std::move(secrets);
    content.settle();
    return content;
}

FrozenLibrarySet freeze(LibraryVariableSet const& set, VariableSet const& variables) {
    return {set.id, set.name, set.content_type, variables.id, variables.version, variables.variables};
}

std::string to_bytes(SnapshotContent const& content) { return schema::to_json(content); }
SnapshotContent parse_content(std::string_view bytes) { return schema::read_stored<SnapshotContent>(bytes); }
std::string content_digest(std::string_view bytes) { return base::to_hex(base::sha256(bytes)); }

AnswerIndex::AnswerIndex(Bag<std::string> const& answers) : answers_(answers) {
    for (std::size_t i = 0; i < answers.items.size(); ++i) by_key_[base::fold(answers.items[i].first)].push_back(i);
}

std::vector<std::size_t> AnswerIndex::find(Variable const& variable) const {
    std::vector<std::size_t> found;
    for (auto const& key : {base::fold(variable.id), base::fold(variable.name)})
        if (auto at = by_key_.find(key); at != by_key_.end())
            found.insert(found.end(), at->second.begin(), at->second.end());
    std::ranges::sort(found);
    found.erase(std::unique(found.begin(), found.end()), found.end());
    return found;
}

std::string const* AnswerIndex::find_first(Variable const& variable) const {
    auto found = find(variable);
    return found.empty() ? nullptr : &answers_.items[found.front()].second;
}

variables::Candidate candidate_of(Variable const& variable, VariableOrigin const& origin) {
    variables::Candidate made;
    made.name = variable.name;
    made.id = variable.id;
    made.sensitive = variable.is_sensitive;
    made.scope = variable.scope.items;
    made.source = origin.source;
    made.rank = origin.rank;
    made.type = variable.type;
    return made;
}

std::vector<variables::Candidate> candidates_of(SnapshotContent const& content, Bag<std::string> const& answers,
                                                Reveal const& reveal) {
    std::vector<variables::Candidate> all;
    all.reserve(count_variables(content) + 64); // and the variables of the server
    AnswerIndex const index(answers);
    for_each_variable(content, [&](Variable const& variable, VariableOrigin const& origin) {
        auto made = candidate_of(variable, origin);
        if (auto answer = variable.prompt ? index.find_first(variable) : nullptr) {
            made.text = *answer;
            made.precedence = variables::Precedence::answered;
            made.source = "answer to a prompt";
        } else if (variable.is_sensitive) {
            auto number = content.secret_of(origin.variable_set_id, variable);
            if (!number) return;
            made.text = reveal(*number);
        } else {
            made.text = variable.value.text.value_or("");
        }
        all.push_back(std::move(made));
    });
    return all;
}

} // namespace stepwell::domain
