// Any bytes as a certificate file or an SSH key: rejected with a message, or parsed so that the facts can be read and
// the file written again.
#include "base/certificate.h"
#include "base/error.h"
#include "base/utf8.h"
#include "domain/ssh_key.h"

#include <cstdlib>

using namespace stepwell;

namespace {

void require(bool holds) {
    if (!holds) std::abort();
}

void check_certificate(std::string_view bytes) {
    try {
        auto const bundle = base::read_certificate(bytes, "password");
        auto const facts = base::facts_of(bundle.certificate);
        require(facts.thumbprint.size() == 40 && base::is_utf8(facts.subject) && base::is_utf8(facts.issuer));
        for (auto const& name : facts.alternative_names) require(base::is_utf8(name));
        auto const again = base::read_certificate(base::certificate_to_pem(bundle.certificate), "");
        require(again.certificate == bundle.certificate);
    } catch (base::Error const& error) {
        require(error.kind() == base::Kind::invalid && !error.problems().empty());
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    std::string_view const bytes(reinterpret_cast<char const*>(data), size);
    check_certificate(bytes);
    if (auto const key = domain::find_public_key(bytes)) require(key->find('\n') == std::string::npos);
    return 0;
}
