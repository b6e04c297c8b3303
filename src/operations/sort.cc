#include "operations/sort.h"

#include "base/error.h"
#include "base/text.h"

namespace stepwell::operations {

namespace {

std::vector<std::string> all_ids(Store& store, Noun const& noun, std::string const& space_id) {
    auto listed = store.read([&](store::Session& session) {
        return store::list_documents(session, noun, {space_id, {}, {}, {}, 0, store::everything});
    });
    std::vector<std::string> ids;
    for (auto const& item : listed.items) ids.push_back(item.id);
    return ids;
}

bool contains(std::vector<std::string> const& ids, std::string const& id) {
    return std::ranges::any_of(ids, [&](auto const& each) { return base::equal_ignoring_case(each, id); });
}

} // namespace

void sort(Store& store, Caller const& caller, Noun const& noun, std::string const& space_id,
          std::vector<std::string> const& ids) {
    auto present = all_ids(store, noun, space_id);
    base::Problems problems;
    for (auto const& id : ids)
        if (!contains(present, id)) problems.push_back({"", "There is no '" + id + "'."});
    for (auto const& id : present)
        if (!contains(ids, id)) problems.push_back({"", "'" + id + "' is missing: the list must name all of them."});
    base::reject_if_any(std::move(problems));
    for (std::size_t i = 0; i < ids.size(); ++i)
        change(store, caller, noun, space_id, ids[i], [&](store::Session&, Document& object) {
            auto field = noun.type->find("SortOrder");
            *static_cast<std::int64_t*>(field->in(&object)) = std::int64_t(i);
        });
}

} // namespace stepwell::operations
