// Include this header in one source file per type to compile its description there, for types with `described_once`.
// Nearly every file uses these types; compiling their descriptions everywhere would take most of the build time.
#pragma once
#include "schema/describe.h"

namespace stepwell::schema {

template <DescribedOnce T> [[gnu::used]] Type const& type_of() {
    static Type const type = make_type<T>();
    return type;
}

} // namespace stepwell::schema
