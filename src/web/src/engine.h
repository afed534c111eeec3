// ctemplate, whose headers use strlen without saying so.
#pragma once

// clang-format off
#include <cstring>
#include <ctemplate/template.h>
#include <ctemplate/template_dictionary.h>
// clang-format on
