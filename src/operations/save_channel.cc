#include "operations/save_channel.h"

#include "base/error.h"

namespace stepwell::operations {

using namespace domain;
using store::Session;

namespace {

// The rules of a channel, and what happens to the one that was the default before.
class Saving {
public:
    Saving(Store& store, Caller const& caller, std::string const& space_id)
        : store_(store), caller_(caller), space_id_(space_id) {}

    Extras extras() {
        Extras extras;
        extras.settle = [this](Session& session, Document& next, Document const* before) {
            settle(session, static_cast<Channel&>(next), static_cast<Channel const*>(before));
        };
        extras.also = [this](Transaction& transaction, Document const&) {
            if (former_draft_ && !store::update_document(transaction, *former_draft_, former_row_))
                throw base::Error(base::Kind::conflict,
                                  "The default channel of the project was changed in the meantime. Try again.");
        };
        return extras;
    }

private:
    void settle(Session& session, Channel& next, Channel const* before) {
        auto project = store::find_document(session, noun_of<Project>(), next.project.value, space_id_);
        if (!project) base::reject("ProjectId", "there is no project '" + next.project.value + "'");
        next.project.value = project->id;
        if (before && before->is_default && !next.is_default)
            base::reject("IsDefault", "a project needs a default channel: make another one the default");
        former_draft_.reset();
        if (next.is_default && !(before && before->is_default)) replace_default(session, next.project.value);
    }
    void replace_default(Session& session, std::string const& project_id) {
        store::ListQuery query{space_id_, {}, {}, {{"ProjectId", {project_id}}, {"IsDefault", {}, 1}}, 0, 1};
        auto listed = store::list_documents(session, noun_of<Channel>(), query);
        if (listed.items.empty()) return;
        former_row_ = listed.items.front();
        auto former = store::parse<Channel>(former_row_);
        former.is_default = false;
        former_draft_ = store::draft_of(store_, caller_.actor, former, former_row_.json);
    }

    Store& store_;
    Caller const& caller_;
    std::string const& space_id_;
    Stored former_row_;
    std::optional<store::Draft> former_draft_;
};

} // namespace

Stored create_channel(Store& store, Caller const& caller, std::string const& space_id, base::Json const& body) {
    Saving saving(store, caller, space_id);
    return create(store, caller, noun_of<Channel>(), space_id, body, saving.extras());
}

Stored modify_channel(Store& store, Caller const& caller, std::string const& space_id, std::string_view id,
                      base::Json const& body, std::optional<std::int64_t> if_match) {
    Saving saving(store, caller, space_id);
    return modify(store, caller, noun_of<Channel>(), space_id, id, body, if_match, saving.extras());
}

void refuse_if_default_channel(Session&, Stored const& stored) {
    auto channel = store::parse<Channel>(stored);
    if (channel.is_default)
        base::reject("", "The channel '" + channel.name + "' is the default of its project and cannot be deleted.");
}

} // namespace stepwell::operations
