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

namespace {

std::string escape_html(std::string_view text) {
    std::string out;
    for (char c : text) {
        if (c == '&')
            out += "&amp;";
        else if (c == '<')
            out += "&lt;";
        else if (c == '>')
            out += "&gt;";
        else if (c == '"')
            out += "&quot;";
        else if (c == '\'')
            out += "&#39;";
        else
            out += c;
    }
    return out;
}

} // namespace

std::string message_html(Event const& event) {
    std::string_view const message = event.message;
    std::string html;
    std::size_t at = 0;
    for (auto const& reference : event.references) {
        html += escape_html(message.substr(at, reference.start - at));
        at = reference.start + reference.length;
        html += "<a href='#/" + escape_html(reference.document_id) + "'>" +
                escape_html(message.substr(reference.start, reference.length)) + "</a>";
    }
    return html + escape_html(message.substr(at));
}

} // namespace stepwell::domain
