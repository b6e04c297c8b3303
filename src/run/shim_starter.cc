#include "run/shim_starter.h"

#include "run/process_tree.h"
#include "run/shim_folder.h"

#include <csignal>
#include <fcntl.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

namespace stepwell::run {

namespace {

std::vector<std::string> environment_of_this_account() {
    passwd entry{};
    passwd* found = nullptr;
    char buffer[4096];
    if (::getpwuid_r(::geteuid(), &entry, buffer, sizeof buffer, &found) == 0 && found)
        return basic_environment(entry.pw_name, entry.pw_dir);
    return basic_environment(std::to_string(::geteuid()), "");
}

} // namespace

SameUserStarter::SameUserStarter(std::string const& program, std::string cgroup_parent, std::size_t descriptors)
    : program_(shim_program(program)), runtime_(runtime_folder("stepwell-" + std::to_string(::geteuid()), false)),
      environment_(environment_of_this_account()), cgroup_parent_(std::move(cgroup_parent)),
      descriptors_(descriptors) {}

base::Fd SameUserStarter::cgroup_of(Ticket const& ticket) const {
    if (cgroup_parent_.empty()) return {};
    return base::Fd(::open((cgroup_parent_ + "/" + ticket).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
}

ShimStarter::Answer SameUserStarter::start(Start const& start, pid_t& own_child) {
    if (!cgroup_parent_.empty()) ::mkdir((cgroup_parent_ + "/" + start.ticket).c_str(), 0755);
    auto cgroup = cgroup_of(start.ticket);
    own_child = launch_shim({program_.get(),
                             start.ticket,
                             runtime_,
                             environment_,
                             {},
                             start.folder,
                             start.order,
                             start.values,
                             start.server,
                             cgroup.get(),
                             -1,
                             descriptors_});
    return Answer::started;
}

bool SameUserStarter::end_lost(Ticket const& ticket) {
    auto cgroup = cgroup_of(ticket);
    if (cgroup) signal_cgroup(cgroup.get(), SIGKILL);
    return signal_ticket_holders(ticket, SIGKILL) == 0 && (!cgroup || !cgroup_populated(cgroup.get()));
}

void SameUserStarter::clear(Ticket const& ticket) {
    if (!cgroup_parent_.empty()) ::rmdir((cgroup_parent_ + "/" + ticket).c_str()); // fails while a process is in it
    if (runtime_ == "-") return;
    base::Fd runtime(::open(runtime_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (runtime) remove_folder(runtime.get(), ticket.c_str());
}

} // namespace stepwell::run
