// Asio types for this module. Every object belongs to the io_context of one thread, so executors need no indirection.
#pragma once
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <chrono>

namespace stepwell::net {

namespace asio = boost::asio;
using ErrorCode = boost::system::error_code;
using SteadyClock = std::chrono::steady_clock;
using Executor = asio::io_context::executor_type;
template <class Value> using Task = asio::awaitable<Value, Executor>;
using Socket = asio::basic_stream_socket<asio::ip::tcp, Executor>;
using Acceptor = asio::basic_socket_acceptor<asio::ip::tcp, Executor>;
using Timer = asio::basic_waitable_timer<SteadyClock, asio::wait_traits<SteadyClock>, Executor>;

inline constexpr asio::use_awaitable_t<Executor> use_task{};
// With this token, co_await returns the error code as a value instead of throwing it.
inline constexpr asio::as_tuple_t<asio::use_awaitable_t<Executor>> use_outcome{use_task};

// Wakes one coroutine on the same thread. ring() has no effect if no coroutine waits: check the condition in a loop.
class AsyncEvent {
public:
    explicit AsyncEvent(Executor const& executor) : timer_(executor, SteadyClock::time_point::max()) {}
    void ring() { timer_.cancel(); }
    Task<void> wait() { co_await timer_.async_wait(use_outcome); }

private:
    Timer timer_;
};

} // namespace stepwell::net
