// Of the command line: what reads arguments is large.
#pragma once
#include "precompiled.h"

#include <CLI/CLI.hpp>
