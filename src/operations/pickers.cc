#include "operations/pickers.h"

namespace stepwell::operations {

std::vector<std::string> const& Pickers::names(domain::AnswerKind kind) {
    auto [known, fresh] = names_.try_emplace(kind);
    auto& names = known->second;
    if (!fresh) return names;
    for (auto noun : domain::all_nouns()) {
        if (noun->name != schema::name_of(kind)) continue;
        auto listed = store::list_documents(session_, *noun, {space_id_, {}, {}, {}, 0, 10'000});
        for (auto const& stored : listed.items) names.push_back(store::title_of(*noun, *store::parse(*noun, stored)));
    }
    return names;
}

std::string id_of_picked(store::Session& session, std::string_view noun_name, std::string const& word,
                         NameSearch const& search) {
    for (auto noun : domain::all_nouns())
        if (noun->name == noun_name)
            if (auto found = find_named(session, *noun, word, search)) return found->id;
    return word;
}

} // namespace stepwell::operations
