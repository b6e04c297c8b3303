#include "variables/dictionary.h"

#include "variables/language/names.h"

#include <mutex>

namespace stepwell::variables {

struct Dictionary::Lazy {
    std::once_flag names_made, paths_made;
    std::unique_ptr<NameTable const> names;
    std::unique_ptr<PathTree const> paths;
};

Dictionary::Dictionary(std::vector<Variable> variables)
    : variables_(std::move(variables)), lazy_(std::make_unique<Lazy>()) {}
Dictionary::~Dictionary() = default;
Dictionary::Dictionary(Dictionary&&) noexcept = default;
Dictionary& Dictionary::operator=(Dictionary&&) noexcept = default;

Variable const* Dictionary::find(std::string_view name) const { return names().find(name); }

NameTable const& Dictionary::names() const {
    std::call_once(lazy_->names_made, [this] { lazy_->names = std::make_unique<NameTable>(variables_); });
    return *lazy_->names;
}

PathTree const& Dictionary::paths() const {
    std::call_once(lazy_->paths_made, [this] { lazy_->paths = std::make_unique<PathTree>(names()); });
    return *lazy_->paths;
}

} // namespace stepwell::variables
