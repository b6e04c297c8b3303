// Whether the caller may do what is asked, by the row of the routes table. What the caller may not see is answered as
// if it were not there; what the caller may see but not do is Error{forbidden}, which names the permission. A caller
// without any right in the space is told the row's permission, whatever there is.
#pragma once
#include "api/routes.h"
#include "store/documents.h"
#include "store/events.h"
#include "store/runs.h"

namespace stepwell::api {

// Throws Error{unauthenticated} if the row needs a known caller, and this one is anonymous.
void require_known(Call const& call, domain::Permission permission);
// The id of the space that a path names; of the default space if `name` is empty. Throws Error{not_found} if there is
// none, or the caller may not see it.
std::string find_space(Call const& call, store::Session& session, std::string const& name);

enum class Body { here, still_to_come };
// Needs the space and the path of the call. Without the body, a row on a new document is checked as far as the path
// goes.
void authorize(Call& call, Body body);

// For what a handler does beyond its row, on the same subject.
void require(Call& call, domain::Permission permission);
// For a row that is for any user, about a user: "me", the caller's own id, or any other for those with the
// permission. Returns the id.
std::string require_user(Call const& call, std::string const& word, domain::Permission permission);
// Throws Error{not_found} unless the caller may use the permission on the task, or Error{forbidden} if it is visible.
void require_on_task(Call const& call, domain::Permission permission, std::string const& task_id);

// A document that a request names in addition to its subject. The answer is the same if there is none and if the caller
// may not see it: Error{invalid} with `path`, or Error{not_found}.
void refuse_invisible(Call const& call, domain::Noun const& noun, std::string const& path, std::string const& id);
store::Stored load_visible(Call const& call, domain::Noun const& noun, std::string_view id);
// Leave in a list what the caller may see.
void narrow(Call const& call, domain::Noun const& noun, store::ListQuery& query);
void narrow(Call const& call, store::TaskQuery& query);
void narrow(Call const& call, store::EventQuery& query);
bool is_visible(Call const& call, store::Task const& task);
bool is_visible_project(Call const& call, store::Session& session, std::string const& id);
bool is_visible(Call const& call, store::Session& session, domain::Noun const& noun, store::Stored const& stored);

// For answers that continue: whether the one who asked still may. Asked again before more is sent. Thread-safe.
class AccessCheck {
public:
    explicit AccessCheck(Call const& call); // of its row
    bool is_allowed() const;
    // The same for a task that a message names. Throws Error{not_found} as if there were no such task.
    void require_on_task(std::string const& task_id) const;
    bool is_allowed_on_task(std::string const& task_id) const;

private:
    template <class Check> void check(Check const& check) const;

    House house_;
    net::Request request_;
    Route const* route_;
    std::map<std::string, std::string, std::less<>> path_;
    std::string space_id_;
    bool space_given_;
};

} // namespace stepwell::api
