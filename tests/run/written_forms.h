// A secret in the forms in which programs write it, created without the code of the redactor.
#pragma once
#include <random>
#include <string>
#include <vector>

namespace stepwell::run {

struct Written {
    std::string form;
    std::string text;          // the form with text around it
    std::size_t before, after; // bytes of the text around it
    // bytes of the form that may remain visible: those that depend on neighboring bytes, or are next to the form
    std::size_t may_stay;
    bool rare; // not searched for if the secret is only one line of a longer secret
};

std::string random_secret(std::mt19937& random);

// Returns every form that must be masked.
std::vector<Written> written_forms(std::string const& secret, std::mt19937& random);

} // namespace stepwell::run
