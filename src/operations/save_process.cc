#include "operations/save_process.h"

#include "base/error.h"
#include "domain/lint_inputs.h"
#include "domain/lint_steps.h"
#include "operations/frozen.h"
#include "operations/live_content.h"

namespace stepwell::operations {

using domain::Process;
using store::Session;

namespace {

domain::SnapshotContent content_with(Session& session, Process const& process) {
    auto content = load_live_variables(session, process.project.value);
    content.steps = process.steps;
    return content;
}

} // namespace

std::vector<domain::Lint> lint_steps(Session& session, std::vector<domain::Step> const& steps,
                                     std::string const& space_id) {
    auto const& pools = domain::noun_of<domain::WorkerPool>();
    auto found = store::list_documents(session, pools, {space_id, {}, {}, {{"IsDefault", {}, 1}}, 0, 1});
    return domain::lint_steps(steps, found.items.empty() ? std::string() : found.items[0].id);
}

std::vector<domain::Lint> lint_process(Session& session, Process const& process) {
    auto lints = lint_steps(session, process.steps, process.space_id);
    for (auto& lint : domain::lint_inputs(content_with(session, process))) lints.push_back(std::move(lint));
    return lints;
}

void refuse_loose_inputs(domain::Runbook const& runbook, domain::SnapshotContent const& content) {
    if (!runbook.strict_inputs) return;
    base::Problems problems;
    for (auto& lint : domain::lint_inputs(content)) problems.push_back({std::move(lint.path), std::move(lint.message)});
    base::reject_if_any(std::move(problems));
}

void settle_process(ChangeContext const&, Document& next, Document const* before, Change&) {
    if (before) static_cast<Process&>(next).settle_after(static_cast<Process const&>(*before));
}

void settle_runbook_process(ChangeContext const& context, Document& next, Document const* before, Change& rest) {
    settle_process(context, next, before, rest);
    auto const& process = static_cast<domain::RunbookProcess const&>(next);
    auto const stored = store::find_document(context.session, domain::noun_of<domain::Runbook>(), process.runbook.value,
                                             process.space_id);
    if (!stored) store::throw_not_found(process.runbook.value);
    auto const runbook = store::parse<domain::Runbook>(*stored);
    if (!runbook.strict_inputs) return;
    rest.expect(domain::noun_of<domain::Runbook>(), *stored);
    refuse_loose_inputs(runbook, content_with(context.session, process));
}

Stored save_process(Store& store, Caller const& caller, Noun const& noun, std::string const& space_id,
                    std::string_view id, base::Json const& body, std::optional<std::int64_t> if_match) {
    return commit_document(store, [&](Session& session) {
        refuse_if_frozen(session, id);
        return modification_of({store, session, caller}, noun, space_id, id, body, if_match);
    });
}

} // namespace stepwell::operations
