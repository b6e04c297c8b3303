#include "operations/pickers.h"

namespace stepwell::operations {

std::vector<std::string> names_to_pick(store::Session& session, domain::AnswerKind kind, std::string const& space_id) {
    std::vector<std::string> names;
    for (auto noun : domain::all_nouns()) {
        if (noun->name != schema::name_of(kind)) continue;
        auto listed = store::list_documents(session, *noun, {space_id, {}, {}, {}, 0, 10'000});
        for (auto const& stored : listed.items) {
            auto object = noun->make();
            schema::read_stored(*noun->type, stored.json, object.get());
            names.push_back(store::title_of(*noun, *object));
        }
    }
    return names;
}

} // namespace stepwell::operations
