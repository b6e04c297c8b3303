// The audit events: the actor, the action, the document and the change. The store links events in a hash chain.
#pragma once
#include "base/clock.h"

#include <string>
#include <vector>

namespace stepwell::domain {

// The user or program that acts. For the server itself, system_actor().
struct Actor {
    std::string user_id, username;
    bool is_service = false;
    std::string established_with; // "API Key API-ABCD…", "Session"
    std::string user_agent, ip_address;
};
Actor system_actor();

struct MessageReference {
    std::string document_id;
    std::size_t start, length; // in bytes of `message`
};

struct Event {
    std::string category; // such as Created, Modified, Deleted, RunbookRunQueued
    std::string message;
    std::vector<MessageReference> references;
    std::vector<std::string> related; // ids of documents under which the event is listed
    std::string space_id;             // empty: not in a space
    std::string details;
    std::string document = "null"; // JSON: a new document without its secrets, as the audit proves it later
    std::string difference = "[]"; // JSON patch
};

// Returns the message as HTML: the text is escaped, and each named document is a link to #/ and its id.
std::string message_html(Event const& event);

// Builds a message from plain text and named documents: say("Queued ").name(run.id, run.name)
class EventText {
public:
    explicit EventText(std::string category, std::string space_id);
    EventText& say(std::string_view text);
    EventText& name(std::string const& document_id, std::string_view shown);
    EventText& relate(std::string const& document_id);
    Event done() { return std::move(event_); }

private:
    Event event_;
};

} // namespace stepwell::domain
