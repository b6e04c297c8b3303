#include "run/launcher_slots.h"

#include "base/error.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

namespace stepwell::run {

LauncherSlots::LauncherSlots(std::string const& folder, std::string const& name, uid_t first_uid, unsigned count)
    : boot_id_(base::boot_id()), name_(name), first_(first_uid), count_(count) {
    ::mkdir(folder.c_str(), 0700);
    folder_.reset(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!folder_) base::fail_with_errno("cannot open " + folder);
}

LauncherSlots::Slot LauncherSlots::lock(uid_t uid) const {
    base::Fd file(::openat(folder_.get(), std::to_string(uid).c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    if (!file) base::fail_with_errno("cannot open a slot");
    if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) return {};
    return {std::move(file), uid, false};
}

// The mark is: boot id, space, name of the launcher that cleaned, line end. Ignores what follows.
bool LauncherSlots::is_clean(Slot& slot) const {
    char text[128];
    auto count = ::pread(slot.lock.get(), text, sizeof text, 0);
    std::string_view mark(text, count > 0 ? std::size_t(count) : 0);
    mark = mark.substr(0, mark.find('\n'));
    if (!mark.starts_with(boot_id_ + " ")) return false;
    slot.cleaned_by_other = mark.substr(boot_id_.size() + 1) != name_;
    return true;
}

// Overwrites in place. Truncating would wait for the journal of the file system and delay the start of a run.
void LauncherSlots::set_clean(Slot const& slot, bool clean) const {
    auto mark = clean ? boot_id_ + " " + name_ + "\n" : std::string("\n");
    if (::pwrite(slot.lock.get(), mark.data(), mark.size(), 0) < 0) base::fail_with_errno("cannot write to a slot");
}

LauncherSlots::Slot LauncherSlots::take(std::vector<Slot>& unclean) const {
    for (uid_t uid = first_; uid < first_ + count_; ++uid) {
        auto slot = lock(uid);
        if (slot.uid == 0) continue;
        if (is_clean(slot)) {
            set_clean(slot, false);
            return slot;
        }
        unclean.push_back(std::move(slot));
    }
    return {};
}

LauncherSlots::Slot LauncherSlots::take_unclean(uid_t uid, std::chrono::milliseconds limit) const {
    constexpr std::chrono::milliseconds pause{10};
    for (;; limit -= pause) {
        auto slot = lock(uid);
        if (slot.uid != 0 || limit <= pause) return slot;
        std::this_thread::sleep_for(pause);
    }
}

std::vector<LauncherSlots::Slot> LauncherSlots::take_all_unclean() const {
    std::vector<Slot> found;
    for (uid_t uid = first_; uid < first_ + count_; ++uid) {
        auto slot = lock(uid);
        if (slot.uid != 0 && !is_clean(slot)) found.push_back(std::move(slot));
    }
    return found;
}

} // namespace stepwell::run
