// Guards of the recursion of an evaluation.
#pragma once
#include "variables/language/evaluation.h"

namespace stepwell::variables {

class Evaluation::Deeper {
public:
    explicit Deeper(Evaluation& evaluation) : depth_(evaluation.depth_) {
        constexpr int deepest = 1000;
        if (depth_ >= deepest) throw Stopped{Refusal::too_deep, "values and blocks are nested too deep in it"};
        ++depth_;
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
        : frames_(evaluation.frames_), deeper_(evaluation) {
        for (auto const& frame : frames_)
            if (frame.offset == offset && frame.source == source) refuse(evaluation, source, frame);
        frames_.push_back({source, offset});
    }
    ~Resolving() { frames_.pop_back(); }
    Resolving(Resolving const&) = delete;
    Resolving& operator=(Resolving const&) = delete;

private:
    [[noreturn]] void refuse(Evaluation& evaluation, std::string_view source, Frame const& met) const {
        evaluation.met_frame_ = std::size_t(&met - frames_.data());
        std::string name(source), chain;
        for (auto const& frame : frames_) chain.append(frame.source).append(" -> ");
        throw Stopped{Refusal::recursion, "An attempt to parse the variable symbol \"" + name +
                                              "\" appears to have resulted in a self referencing loop (" + chain +
                                              name +
                                              "). Ensure that recursive loops do not exist in the variable values."};
    }

    std::vector<Frame>& frames_;
    Deeper deeper_;
};

} // namespace stepwell::variables
