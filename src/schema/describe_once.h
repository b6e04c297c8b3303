// Descriptions that one file compiles for all: of what nearly every file speaks of, they would cost most of a build.
#pragma once
#include "schema/describe.h"

namespace stepwell::schema {

template <DescribedOnce T> [[gnu::used]] Type const& type_of() {
    static Type const type = make_type<T>();
    return type;
}

} // namespace stepwell::schema
