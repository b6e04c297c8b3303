// Access control of requests, by the row of the routes table. A document that the caller may not see is treated as
// missing. If the caller may see it but not use it, throws Error{forbidden}, which names the permission. A caller
// without any right in the space always gets Error{forbidden} with the permission of the row, whether the document
// exists or not.
#pragma once
#include "api/routes.h"
#include "store/documents.h"
#include "store/events.h"
#include "store/runs.h"

namespace stepwell::api {

// Throws Error{unauthenticated} if the row does not allow anonymous callers and the caller is anonymous.
void require_known(Call const& call, domain::Permission permission);
// Returns the id of the space that a path names. If `name` is empty, returns the default space; empty if there is none.
// Throws Error{not_found} if the space does not exist or the caller may not see it.
std::string find_space(Call const& call, store::Session& session, std::string const& name);

enum class Body { here, still_to_come };
// Checks the permission of the row. Requires the space and the path of the call. Without the body, checks the
// permission on a new document only as far as the path determines its location.
void authorize(Call& call, Body body);

// Checks a further permission on the subject of the row, for handlers that do more than their row states.
void require(Call& call, domain::Permission permission);
// Returns the id of the user that the path names: "me", the caller's own id, or, with the permission, any other user.
// For rows about users that are open to any user.
std::string require_user(Call const& call, std::string const& word, domain::Permission permission);
// Throws Error{not_found} if the caller may not use the permission on the task; throws Error{forbidden} if the task is
// visible, or if the caller does not have any right.
void require_on_task(Call const& call, domain::Permission permission, std::string const& task_id);

// Checks that the caller may see a document that a request names in addition to its subject. refuse_invisible() throws
// Error{invalid} with `path`; it ignores missing documents, which the operation reports in the same way. load_visible()
// throws Error{not_found} for missing and invisible documents.
void refuse_invisible(Call const& call, domain::Noun const& noun, std::string const& path, std::string const& id);
store::Stored load_visible(Call const& call, domain::Noun const& noun, std::string_view id);
// Limits a list to the items that the caller may see.
void narrow(Call const& call, domain::Noun const& noun, store::ListQuery& query);
void narrow(Call const& call, store::TaskQuery& query);
void narrow(Call const& call, store::EventQuery& query);
bool is_visible(Call const& call, store::Task const& task);
bool is_visible_project(Call const& call, store::Session& session, std::string const& id);
bool is_visible(Call const& call, store::Session& session, domain::Noun const& noun, store::Stored const& stored);

// Repeats the access check of a request whose answer continues, before more of it is sent. Thread-safe.
class AccessCheck {
public:
    explicit AccessCheck(Call const& call); // checks the row of the call
    bool is_allowed() const;
    // Checks the permission of the row on a task that a message names. Throws Error{not_found} or Error{forbidden} like
    // api::require_on_task().
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
