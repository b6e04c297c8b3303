#include "domain/referred.h"

#include "base/text.h"

namespace stepwell::domain {

namespace {

std::string in_words(ReferredDocument const& document) {
    auto noun = document.noun == "WorkerPool" ? "worker pool" : base::to_lower(document.noun);
    return "the " + noun + " '" + document.name + "'";
}

bool may_be_used(ReferredDocument const& document, variables::Context const& context) {
    auto here = [&](std::string const& id) { return context.holds("Environment", id); };
    return document.environments.empty() || std::ranges::any_of(document.environments, here);
}

std::vector<variables::Candidate> given_by(variables::Candidate const& value, ReferredDocument const& document) {
    std::vector<variables::Candidate> given;
    for (auto const& property : document.properties) {
        variables::Candidate made;
        made.name = value.name + '.' + property.name;
        made.text = property.text;
        made.sensitive = property.is_sensitive;
        made.source = in_words(document);
        made.scope = value.scope;
        made.precedence = variables::Precedence::referred;
        made.id = value.id;
        given.push_back(std::move(made));
    }
    return given;
}

} // namespace

Referred closed(Referred referred) {
    for (auto& [id, document] : referred)
        for (auto& property : document.properties)
            if (property.is_sensitive) property.text.clear();
    return referred;
}

bool refers(SnapshotContent const& content) {
    return any_variable(content,
                        [](Variable const& variable) { return find_referring_type(variable.type) != nullptr; });
}

std::optional<Reference> find_reference(variables::Candidate const& value) {
    auto type = value.sensitive || value.text.empty() ? nullptr : find_referring_type(value.type);
    if (!type) return std::nullopt;
    return Reference{type, value.name, value.text};
}

std::optional<std::string> find_fault(Reference const& reference, Referred const& referred) {
    auto told = "the variable '" + reference.name + "' refers to '" + reference.id + "', which is ";
    auto found = referred.find(reference.id);
    if (found == referred.end() || found->second.noun != reference.type->noun)
        return told + "not an existing " + std::string(reference.type->noun);
    auto const& document = found->second;
    if (base::starts_ignoring_case(document.kind, reference.type->kind)) return std::nullopt;
    return told + in_words(document) + " of the type " + document.kind + ", which cannot be used for " +
           std::string(reference.type->type);
}

std::optional<std::string> find_fault(Reference const& reference, Referred const& referred,
                                      variables::Context const& context, std::string_view environment_name) {
    if (auto fault = find_fault(reference, referred)) return fault;
    auto const& document = referred.find(reference.id)->second;
    if (may_be_used(document, context)) return std::nullopt;
    return "the variable '" + reference.name + "' refers to '" + reference.id + "', which is " + in_words(document) +
           ", which is not allowed in the environment '" + std::string(environment_name) + "'";
}

std::vector<ReferenceFault> find_faults(variables::Resolution const& resolution, Referred const& referred,
                                        variables::Context const& context, std::string_view environment_name) {
    std::vector<ReferenceFault> faults;
    for (auto winner : resolution.winners())
        if (auto reference = find_reference(*winner))
            if (auto fault = find_fault(*reference, referred, context, environment_name))
                faults.push_back({winner, std::move(*fault)});
    return faults;
}

variables::Resolution resolve(std::vector<variables::Candidate> candidates, variables::Context context,
                              Referred const& referred) {
    if (referred.empty()) return variables::resolve(std::move(candidates), std::move(context));
    auto const own = variables::resolve(candidates, context);
    for (auto winner : own.winners()) {
        auto reference = find_reference(*winner);
        if (!reference || find_fault(*reference, referred, context, {})) continue;
        for (auto& given : given_by(*winner, referred.find(reference->id)->second))
            candidates.push_back(std::move(given));
    }
    return variables::resolve(std::move(candidates), std::move(context));
}

} // namespace stepwell::domain
