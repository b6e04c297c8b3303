#include "run/shim_files.h"

#include "base/crypto.h"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace stepwell::run {

namespace {

constexpr mode_t ticket_file_mode = 0660; // the server may be only a group member
constexpr char const* result_draft = "result.new";
constexpr std::size_t max_result_size = 512;

bool write_whole(int file, char const* bytes, int length) {
    auto const count = ::write(file, bytes, std::size_t(length));
    if (count >= 0 && count < length) errno = ENOSPC;
    return count == length;
}

// Restores errno at the end of its scope.
struct KeptErrno {
    int const reason = errno;
    ~KeptErrno() { errno = reason; }
};

int format_mark(Mark const& mark, char (&text)[160]) {
    return std::snprintf(text, sizeof text, "1 %s %d %lld\n", mark.boot_id, mark.pid, static_cast<long long>(mark.at));
}

// Not every file system supports the first method.
bool rename_to_new(int folder, char const* from, char const* to) {
    constexpr unsigned no_replace = 1; // RENAME_NOREPLACE
    if (::syscall(SYS_renameat2, folder, from, folder, to, no_replace) == 0) return true;
    if (errno == EEXIST) return false;
    if (::linkat(folder, from, folder, to, 0) != 0) return false;
    ::unlinkat(folder, from, 0);
    return true;
}

std::string_view read_small(int folder, char const* name, std::span<char> buffer) {
    int file = ::openat(folder, name, O_RDONLY | O_CLOEXEC);
    if (file < 0) return {};
    auto count = ::read(file, buffer.data(), buffer.size() - 1);
    ::close(file);
    if (count < 0) return {};
    buffer[std::size_t(count)] = '\0';
    return {buffer.data(), std::size_t(count)};
}

} // namespace

std::int64_t milliseconds_now() {
    timespec time{};
    ::clock_gettime(CLOCK_REALTIME, &time);
    return std::int64_t(time.tv_sec) * 1000 + time.tv_nsec / 1'000'000;
}

Mark make_mark(std::string_view boot_id, pid_t pid) {
    Mark mark;
    boot_id.copy(mark.boot_id, sizeof mark.boot_id - 1);
    mark.pid = pid;
    mark.at = milliseconds_now();
    return mark;
}

Written write_intent(int folder, Mark const& mark) {
    int file = ::openat(folder, "intent", O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, ticket_file_mode);
    if (file < 0 && errno == EEXIST) {
        Mark before;
        if (read_mark(folder, "intent", before)) return Written::exists;
        file = ::openat(folder, "intent", O_WRONLY | O_TRUNC | O_CLOEXEC); // an incomplete earlier file
    }
    if (file < 0) return Written::failed;
    char text[160];
    bool good = write_whole(file, text, format_mark(mark, text));
    KeptErrno const kept;
    ::close(file);
    return good ? Written::done : Written::failed;
}

Written take_latch(int folder, Mark const& mark, int* lock) {
    // Created under a temporary name, locked and filled, then renamed, so that it is visible only when complete.
    char beside[32], text[160];
    std::snprintf(beside, sizeof beside, "started.%d", ::getpid());
    int file = ::openat(folder, beside, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, ticket_file_mode);
    if (file < 0) return Written::failed;
    bool good = ::flock(file, LOCK_EX | LOCK_NB) == 0 && write_whole(file, text, format_mark(mark, text));
    auto answer = Written::failed;
    if (good && rename_to_new(folder, beside, "started"))
        answer = Written::done;
    else if (good && errno == EEXIST)
        answer = Written::exists;
    if (answer == Written::done) {
        *lock = file;
    } else {
        KeptErrno const kept;
        ::unlinkat(folder, beside, 0);
        ::close(file);
    }
    return answer;
}

bool read_mark(int folder, char const* name, Mark& mark) {
    char text[200];
    if (read_small(folder, name, text).empty()) return false;
    long long at = 0;
    bool good = std::sscanf(text, "1 %36s %d %lld", mark.boot_id, &mark.pid, &at) == 3;
    mark.at = at;
    return good;
}

bool latch_is_held(int folder) {
    int file = ::openat(folder, "started", O_RDONLY | O_CLOEXEC);
    if (file < 0) return errno != ENOENT;
    bool held = ::flock(file, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
    ::close(file);
    return held;
}

void reserve_result(int folder) {
    int file = ::openat(folder, result_draft, O_WRONLY | O_CREAT | O_CLOEXEC, ticket_file_mode);
    if (file < 0) return;
    ::fallocate(file, FALLOC_FL_KEEP_SIZE, 0, max_result_size);
    ::close(file);
}

bool write_result(int folder, ResultFacts const& facts) {
    char text[max_result_size];
    int length =
        std::snprintf(text, sizeof text - 16, "1 %d %d %lld %lld %llu %d %s", int(facts.ending), facts.code,
                      static_cast<long long>(facts.started), static_cast<long long>(facts.ended),
                      static_cast<unsigned long long>(facts.next_sequence), facts.error_output ? 1 : 0, facts.reason);
    auto crc = base::crc32c({text, std::size_t(length)});
    length += std::snprintf(text + length, 16, "\n%08x\n", crc);
    // O_TRUNC would free the reserved blocks.
    int file = ::openat(folder, result_draft, O_WRONLY | O_CREAT | O_CLOEXEC, ticket_file_mode);
    if (file < 0) return false;
    bool good = write_whole(file, text, length) && ::ftruncate(file, length) == 0;
    ::close(file);
    return good && ::renameat(folder, result_draft, folder, "result") == 0;
}

bool read_result(int folder, ResultFacts& facts) {
    char buffer[max_result_size];
    auto text = read_small(folder, "result", buffer);
    if (text.size() < 10 || text[text.size() - 10] != '\n') return false;
    auto body = text.substr(0, text.size() - 10);
    if (base::crc32c(body) != std::strtoul(text.data() + text.size() - 9, nullptr, 16)) return false;
    buffer[body.size()] = '\0';
    int ending = 0, code = 0, error_output = 0, reason_at = 0;
    long long started = 0, ended = 0;
    unsigned long long next = 0;
    if (std::sscanf(buffer, "1 %d %d %lld %lld %llu %d%n", &ending, &code, &started, &ended, &next, &error_output,
                    &reason_at) != 6)
        return false;
    facts = {Ending(ending), code, started, ended, next, error_output != 0, {}};
    std::snprintf(facts.reason, sizeof facts.reason, "%s", buffer + reason_at + 1);
    return true;
}

} // namespace stepwell::run
