#include "store/sequences.h"

#include "base/id.h"

namespace stepwell::store {

void note_number(Session& session, std::string_view id) {
    auto const number = base::number_of(id);
    if (number == 0) return;
    session.exec("insert into sequence(prefix, last) values(?, ?) on conflict(prefix) do update set last = "
                 "case when excluded.last > sequence.last then excluded.last else sequence.last end",
                 id.substr(0, id.rfind('-')), number);
}

} // namespace stepwell::store
