#include "operations/sort.h"

#include "base/error.h"
#include "base/text.h"

namespace stepwell::operations {

namespace {

bool contains(std::vector<std::string> const& ids, std::string const& id) {
    return std::ranges::any_of(ids, [&](auto const& each) { return base::equal_ignoring_case(each, id); });
}

std::int64_t& sort_order_of(Noun const& noun, Document& object) {
    return *static_cast<std::int64_t*>(noun.type->find("SortOrder")->in(&object));
}

void check_ids(std::vector<std::string> const& ids, std::vector<std::string> const& present) {
    base::Problems problems;
    for (auto at = ids.begin(); at != ids.end(); ++at)
        if (!contains(present, *at))
            problems.push_back({"", "There is no '" + *at + "'."});
        else if (contains({ids.begin(), at}, *at))
            problems.push_back({"", "'" + *at + "' is in the list more than once."});
    for (auto const& id : present)
        if (!contains(ids, id)) problems.push_back({"", "'" + id + "' is missing. The list must contain all ids."});
    base::reject_if_any(std::move(problems));
}

Change order_of(ChangeContext const& context, Noun const& noun, std::string const& space_id,
                std::vector<std::string> const& ids) {
    auto const all = store::list_documents(context.session, noun, {space_id, {}, {}, {}, 0, store::everything}).items;
    std::vector<std::string> present;
    for (auto const& stored : all) present.push_back(stored.id);
    check_ids(ids, present);
    Change change;
    change.expect_no_other(context, noun, space_id);
    for (std::size_t i = 0; i < ids.size(); ++i) {
        auto const at = std::ranges::find_if(
            all, [&](Stored const& stored) { return base::equal_ignoring_case(stored.id, ids[i]); });
        auto const object = store::parse(noun, *at);
        if (std::exchange(sort_order_of(noun, *object), std::int64_t(i)) != std::int64_t(i))
            add_update(context, noun, *object, *at, change);
    }
    return change;
}

} // namespace

void sort(Store& store, Caller const& caller, Noun const& noun, std::string const& space_id,
          std::vector<std::string> const& ids) {
    commit(store, [&](store::Session& session) { return order_of({store, session, caller}, noun, space_id, ids); });
}

} // namespace stepwell::operations
