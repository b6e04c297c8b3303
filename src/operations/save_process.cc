#include "operations/save_process.h"

#include "operations/frozen.h"

namespace stepwell::operations {

using domain::Process;
using store::Session;

Stored save_process(Store& store, Actor const& actor, Noun const& noun, std::string const& space_id,
                    std::string_view id, base::Json const& body, std::optional<std::int64_t> if_match) {
    store.read([&](Session& session) { refuse_if_frozen(session, id); });
    Extras extras;
    extras.settle = [](Session&, Document& next, Document const* before) {
        static_cast<Process&>(next).settle_after(static_cast<Process const&>(*before));
    };
    return modify(store, actor, noun, space_id, id, body, if_match, extras);
}

} // namespace stepwell::operations
