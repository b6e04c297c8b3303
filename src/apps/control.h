// DATA/control.sock: commands to the server that runs in DATA. The client sends one line. The server answers with
// lines: "+" and a text for progress, "+" alone at the end, or "-" and a text if the command failed. Access is limited
// by the permissions of the folder, which only its owner may use.
#pragma once
#include "base/troubles.h"
#include "operations/rotate_key.h"

#include <atomic>
#include <functional>
#include <string>
#include <thread>

namespace stepwell::apps {

using Told = std::function<void(std::string const& line)>;

class Control {
public:
    explicit Control(store::Store& store);
    ~Control();
    Control(Control const&) = delete;

    // Handles commands one after the other on the calling thread, and continues an unfinished rotation of the key. A
    // check runs on a thread of its own; meanwhile, another check is refused. Returns after a stop request.
    void serve(std::stop_token stop);

private:
    void go_on(std::stop_token const& stop);
    void answer(base::Fd connection, std::stop_token const& stop);
    void rotate(int connection, Told const& told, std::stop_token const& stop);
    void check(Told const& told, std::stop_token const& stop);
    void start_check(base::Fd connection);

    store::Store& store_;
    operations::KeyRotation rotation_;
    base::Troubles troubles_;
    base::Fd listening_;
    std::atomic<bool> is_checking_ = false;
    std::jthread checking_; // declared last, so that it ends first
};

// Replaces the encryption key of DATA, through the server that runs there, or in this process if none does. Throws
// Error if it fails.
void rotate_key(std::string const& data, Told const& told);
// Reports the schema of the database of DATA and its pending migrations, or migrates the database; `try_up` migrates
// and rolls back. A server migrates at startup: while it runs, only its schema is reported. Throws Error if anything
// fails.
enum class Migrate { status, up, try_up };
void migrate_data(std::string const& data, Migrate what, Told const& told);
// Checks all data stored in DATA, through the server or in this process. Throws Error if anything is damaged.
void check_data(std::string const& data, Told const& told);

} // namespace stepwell::apps
