#include "variables/filters/filter.h"

#include <mbedtls/md.h>

namespace stepwell::variables {

std::string digest(std::string_view algorithm, std::string_view bytes) {
    auto type = algorithm == "md5"      ? MBEDTLS_MD_MD5
                : algorithm == "sha1"   ? MBEDTLS_MD_SHA1
                : algorithm == "sha256" ? MBEDTLS_MD_SHA256
                : algorithm == "sha384" ? MBEDTLS_MD_SHA384
                                        : MBEDTLS_MD_SHA512;
    auto info = mbedtls_md_info_from_type(type);
    std::string out(mbedtls_md_get_size(info), '\0');
    mbedtls_md(info, reinterpret_cast<unsigned char const*>(bytes.data()), bytes.size(),
               reinterpret_cast<unsigned char*>(out.data()));
    return out;
}

} // namespace stepwell::variables
