// A secret as programs write it, made without anything of the redactor's.
#pragma once
#include <random>
#include <string>
#include <vector>

namespace stepwell::run {

struct Written {
    std::string form;
    std::string text;          // with a little around it
    std::size_t before, after; // bytes of that
    std::size_t may_stay;      // bytes of the form that may be seen: what depends on neighbours, or lies beside it
    bool rare;                 // not looked for where the secret is but a line of a longer one
};

std::string random_secret(std::mt19937& random);

// Every form that is to be masked.
std::vector<Written> written_forms(std::string const& secret, std::mt19937& random);

} // namespace stepwell::run
