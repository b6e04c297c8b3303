// The work and memory that one evaluation may use. Every operation that takes time or memory is charged here.
#pragma once
#include "variables/evaluate.h"

#include <algorithm>
#include <string>
#include <string_view>

namespace stepwell::variables {

// Thrown to end an evaluation without a result.
struct Stopped {
    Refusal refusal;
    std::string because;
    bool quotes_value = false; // `because` quotes a part of an evaluated value
};

class Budget {
public:
    explicit Budget(EvaluateOptions const& options)
        : limit_(options.limit), given_(options.shared ? std::min(options.work, options.shared->left) : options.work),
          left_(given_),
          given_bytes_(options.shared ? std::min(options.bytes, options.shared->bytes_left) : options.bytes),
          bytes_left_(given_bytes_) {}

    void spend(std::size_t units) {
        if (units <= left_) return void(left_ -= units);
        left_ = 0;
        throw Stopped{Refusal::too_much, "its evaluation exceeds the work limit"};
    }
    // Call before creating or keeping `bytes` bytes.
    void take_bytes(std::size_t bytes) {
        if (bytes <= bytes_left_) return void(bytes_left_ -= bytes);
        bytes_left_ = 0;
        throw Stopped{Refusal::too_large, "its evaluation needs more than " +
                                              std::to_string(max_evaluation_bytes >> 20) + " MiB of memory"};
    }
    std::size_t spent() const { return given_ - left_; }
    std::size_t bytes_left() const { return bytes_left_; }
    std::size_t bytes_taken() const { return given_bytes_ - bytes_left_; }
    std::size_t left() const { return left_; }
    std::size_t limit() const { return limit_; }

    void append(std::string& to, std::string_view piece) {
        make_room(to.size(), piece.size());
        to += piece;
    }
    // Call before adding `more` bytes to a text of `size` bytes.
    void make_room(std::size_t size, std::size_t more) {
        if (more > limit_ || size > limit_ - more)
            throw Stopped{Refusal::too_long,
                          "it becomes longer than " + std::to_string(limit_) + " bytes when variables are evaluated"};
        spend(more);
        take_bytes(more);
    }

private:
    std::size_t limit_, given_, left_, given_bytes_, bytes_left_;
};

} // namespace stepwell::variables
