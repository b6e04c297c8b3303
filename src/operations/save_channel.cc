#include "operations/save_channel.h"

#include "base/error.h"

namespace stepwell::operations {

using namespace domain;

namespace {

// Removes the mark from the project's former default channel.
void replace_default(ChangeContext const& context, Channel const& next, Change& rest) {
    store::ListQuery query{next.space_id, {}, {}, {{"ProjectId", {next.project.value}}, {"IsDefault", {}, 1}}, 0, 1};
    auto const listed = store::list_documents(context.session, noun_of<Channel>(), query);
    if (listed.items.empty()) return;
    auto former = store::parse<Channel>(listed.items.front());
    former.is_default = false;
    add_update(context, noun_of<Channel>(), former, listed.items.front(), rest);
}

} // namespace

void settle_channel(ChangeContext const& context, Document& document, Document const* former, Change& rest) {
    auto& next = static_cast<Channel&>(document);
    auto const before = static_cast<Channel const*>(former);
    next.project.value =
        load_referenced(context.session, noun_of<Project>(), next.project.value, next.space_id, "ProjectId").id;
    bool const was_default = before && before->is_default;
    if (was_default && !next.is_default)
        base::reject("IsDefault",
                     "must be true: a project needs a default channel. Make another channel the default instead");
    if (next.is_default && !was_default) replace_default(context, next, rest);
}

void check_channel_deletion(ChangeContext const&, Stored const& stored, Change&) {
    auto const channel = store::parse<Channel>(stored);
    if (channel.is_default)
        base::reject("", "The channel '" + channel.name + "' is the default of its project and cannot be deleted.");
}

} // namespace stepwell::operations
