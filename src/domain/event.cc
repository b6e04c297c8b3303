#include "domain/event.h"

#include "base/text.h"

#include <algorithm>

namespace stepwell::domain {

Actor system_actor() {
    Actor actor;
    actor.user_id = "users-system";
    actor.username = "system";
    actor.established_with = "Server";
    return actor;
}

EventText::EventText(std::string category, std::string space_id) {
    event_.category = std::move(category);
    event_.space_id = std::move(space_id);
}

EventText& EventText::say(std::string_view text) {
    event_.message += text;
    return *this;
}

EventText& EventText::name(std::string const& document_id, std::string_view shown) {
    event_.references.push_back({document_id, event_.message.size(), shown.size()});
    event_.message += shown;
    return relate(document_id);
}

EventText& EventText::relate(std::string const& document_id) {
    auto is_it = [&](std::string const& known) { return base::equal_ignoring_case(known, document_id); };
    if (!document_id.empty() && std::ranges::none_of(event_.related, is_it)) event_.related.push_back(document_id);
    return *this;
}

} // namespace stepwell::domain
