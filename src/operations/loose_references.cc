#include "operations/loose_references.h"

#include "base/fold.h"
#include "domain/resources/missing.h"
#include "schema/item_path.h"

#include <set>

namespace stepwell::operations {

namespace {

struct LooseReference {
    std::string_view prefix;
    std::string id, path;
};

class LooseCollector final : public schema::Walker {
public:
    void reference(std::string_view, std::string const&, std::string const&) override {}
    void loose_reference(std::string_view prefix, std::string const& id, std::string const& path) override {
        found.push_back({prefix, id, path});
    }
    void secret(schema::Secret&, std::string const&) override {}

    std::vector<LooseReference> found;
};

std::vector<LooseReference> loose_references_of(Noun const& noun, Document& object) {
    LooseCollector collector;
    schema::walk(*noun.type, &object, "", collector);
    return std::move(collector.found);
}

std::string json_of(Noun const& noun, Document const& object) {
    std::string json;
    base::JsonWriter to(json);
    schema::write(*noun.type, &object, to);
    return json;
}

template <class Missing> bool is_of(std::string_view prefix, std::string& message) {
    if (prefix != Missing::prefix) return false;
    message = "must be empty: " + std::string(Missing::plural) + " are not supported yet";
    return true;
}

// Returns why the reference is wrong; empty if it is right.
std::string fault_of(store::Session& session, std::string const& space_id, LooseReference const& reference) {
    std::string message;
    if (is_of<domain::Tenant>(reference.prefix, message) || is_of<domain::Release>(reference.prefix, message) ||
        is_of<domain::GroupRetention>(reference.prefix, message))
        return message;
    auto const& id = reference.id;
    auto const noun = domain::find_noun_of_id(id);
    bool const is_kind = noun && base::equal_folded(noun->prefix, reference.prefix);
    auto const found = is_kind ? store::find_document(session, *noun, id, space_id) : std::nullopt;
    return found && base::equal_folded(found->id, id) ? std::string() : "there is no '" + id + "'";
}

} // namespace

void check_loose_references(store::Session& session, Noun const& noun, std::string const& space_id, Document& next,
                            Document* before) {
    auto const references = loose_references_of(noun, next);
    if (references.empty()) return;
    std::set<std::string> known;
    if (before)
        for (auto const& each : loose_references_of(noun, *before)) known.insert(base::fold(each.id));
    base::Problems problems;
    for (auto const& each : references) {
        if (known.contains(base::fold(each.id))) continue;
        if (auto fault = fault_of(session, space_id, each); !fault.empty())
            problems.push_back({each.path, std::move(fault)});
    }
    if (!problems.empty()) schema::show_positions(json_of(noun, next), problems);
    base::reject_if_any(std::move(problems));
}

} // namespace stepwell::operations
