// DATA/control.sock: what whoever owns DATA asks of a server that runs there. One line asks; lines answer, "+" in front
// of what is told, "-" in front of why it failed. Who may is settled by the folder, which is for its owner alone.
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

    // Answers one after the other, and goes on with a rotation of the key that is unfinished; apps lends it one thread.
    // A check has a thread of its own. Another check is refused meanwhile.
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
    std::jthread checking_; // ends first
};

// Replaces the key of DATA: by the server that runs there, or here when none does. Throws what goes wrong.
void rotate_key(std::string const& data, Told const& told);
// Reports the schema of the database of DATA and what is pending, or migrates it; try_up rolls the migration back. A
// server migrates at startup: while one runs, only its schema is reported. Throws Error if anything fails.
enum class Migrate { status, up, try_up };
void migrate_data(std::string const& data, Migrate what, Told const& told);
// Checks everything stored in DATA, in the same way. Throws if anything is damaged.
void check_data(std::string const& data, Told const& told);

} // namespace stepwell::apps
