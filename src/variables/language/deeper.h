// Scope guards for the recursion of an evaluation.
#pragma once
#include "variables/language/evaluation.h"

#include <exception>

namespace stepwell::variables {

constexpr int max_depth = 1000;

[[noreturn]] inline void refuse_depth() {
    throw Stopped{Refusal::too_deep, "values and blocks are nested too deep in it"};
}

class Evaluation::Deeper {
public:
    explicit Deeper(Evaluation& evaluation) : depth_(evaluation.depth_) {
        if (depth_ >= max_depth) refuse_depth();
        ++depth_;
        evaluation.deepest_ = std::max(evaluation.deepest_, depth_);
    }
    ~Deeper() { --depth_; }
    Deeper(Deeper const&) = delete;
    Deeper& operator=(Deeper const&) = delete;

private:
    int& depth_;
};

class Evaluation::Resolving {
public:
    Resolving(Evaluation& evaluation, std::string_view source, std::size_t offset)
        : frames_(evaluation.frames_), deep_frames_(evaluation.deep_frames_), deeper_(evaluation) {
        Frame const frame{source, offset};
        auto const shallow = std::min(frames_.size(), max_shallow);
        for (std::size_t i = 0; i < shallow; ++i)
            if (frames_[i].offset == offset && frames_[i].source == source) refuse(evaluation, source, i);
        if (frames_.size() >= max_shallow)
            if (auto [known, fresh] = deep_frames_.emplace(frame, frames_.size()); !fresh)
                refuse(evaluation, source, known->second);
        frames_.push_back(frame);
    }
    ~Resolving() {
        if (frames_.size() > max_shallow) deep_frames_.erase(frames_.back());
        frames_.pop_back();
    }
    Resolving(Resolving const&) = delete;
    Resolving& operator=(Resolving const&) = delete;

private:
    static constexpr std::size_t max_shallow = 16;

    [[noreturn]] void refuse(Evaluation& evaluation, std::string_view source, std::size_t met) const {
        evaluation.met_frame_ = met;
        evaluation.goes_on_ = !evaluation.opening_.empty();
        std::string name(source), chain;
        for (auto const& frame : frames_) chain.append(frame.source).append(" -> ");
        throw Stopped{Refusal::recursion, "An attempt to parse the variable symbol \"" + name +
                                              "\" appears to have resulted in a self referencing loop (" + chain +
                                              name +
                                              "). Ensure that recursive loops do not exist in the variable values."};
    }

    std::vector<Frame>& frames_;
    std::unordered_map<Frame, std::size_t, HashFrame>& deep_frames_;
    Deeper deeper_;
};

// Marks a variable as being evaluated.
class Evaluation::Expanding {
public:
    Expanding(Evaluation& evaluation, Variable const& variable)
        : evaluation_(evaluation), exceptions_(std::uncaught_exceptions()) {
        evaluation_.expanding_.push_back(&variable);
    }
    ~Expanding() {
        if (std::uncaught_exceptions() > exceptions_ && evaluation_.stopped_in_.empty())
            evaluation_.stopped_in_ = evaluation_.expanding_;
        evaluation_.expanding_.pop_back();
    }
    Expanding(Expanding const&) = delete;
    Expanding& operator=(Expanding const&) = delete;

private:
    Evaluation& evaluation_;
    int exceptions_;
};

} // namespace stepwell::variables
