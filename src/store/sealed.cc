#include "store/sealed.h"

#include "base/text.h"

namespace stepwell::store {

// Owners are ids, which compare without case.
std::string owner_of_secret(std::string_view document, std::string_view path) {
    return base::to_lower(document) + '\n' + std::string(path);
}

std::string owner_of_run_output(std::string_view run, std::string_view name) {
    return std::string(run) + "\noutput " + std::string(name);
}

std::string owner_of_output(std::string_view ticket, std::string_view name) {
    return std::string(ticket) + '\n' + std::string(name);
}

} // namespace stepwell::store
