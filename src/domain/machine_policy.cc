#include "domain/resources/machine_policy.h"

#include "base/clock.h"

namespace stepwell::domain {

namespace {

void check_span(std::string const& text, Reading& reading, Place const& place) {
    if (!base::parse_span(text))
        reading.wrong(place, "must be a time span such as 00:05:00 or 1.00:00:00, not '" + text + "'");
}

} // namespace

void MachinePolicy::check(Reading& reading, Place const& place) const {
    struct Span {
        std::string_view member;
        std::string const& text;
    };
    for (auto const& [member, text] :
         {Span{"PollingRequestQueueTimeout", polling_queue_timeout},
          Span{"PollingRequestMaximumMessageProcessingTimeout", polling_processing_timeout},
          Span{"ConnectionRetrySleepInterval", retry_pause}, Span{"ConnectionRetryTimeLimit", retry_limit},
          Span{"ConnectionConnectTimeout", connection_timeout}})
        check_span(text, reading, Place{&place, member});
    Place const health{&place, "MachineHealthCheckPolicy"}, clean{&place, "MachineCleanupPolicy"},
        retry{&place, "MachineRpcCallRetryPolicy"};
    if (health_check.interval) check_span(*health_check.interval, reading, Place{&health, "HealthCheckInterval"});
    check_span(cleanup.after, reading, Place{&clean, "DeleteMachinesElapsedTimeSpan"});
    check_span(rpc_retry.duration, reading, Place{&retry, "RetryDuration"});
    check_span(rpc_retry.health_check_duration, reading, Place{&retry, "HealthCheckRetryDuration"});
}

} // namespace stepwell::domain
