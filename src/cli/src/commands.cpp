#include "commands.h"

#include <array>

namespace lethe::cli {
namespace {

struct Named {
  std::string_view name;
  Command command;
};
constexpr std::array kCommands{Named{"token create", token_create},
                               Named{"agent link", agent_link},
                               Named{"agent reset-two-step", agent_reset_two_step},
                               Named{"import", import_files},
                               Named{"retention preview", retention_preview},
                               Named{"retention run", retention_run},
                               Named{"person export", person_export},
                               Named{"person erase", person_erase},
                               Named{"backup create", backup_create},
                               Named{"keyring status", keyring_status},
                               Named{"doctor", doctor},
                               Named{"doctor mail", doctor_mail}};

}  // namespace

Command find_command(std::string_view name) {
  for (const Named& known : kCommands) {
    if (known.name == name) return known.command;
  }
  return nullptr;
}

std::string text_argument(const boost::json::object& arguments, std::string_view name) {
  const auto* value = arguments.if_contains({name.data(), name.size()});
  if (value == nullptr || !value->is_string()) return {};
  return {value->get_string().data(), value->get_string().size()};
}

bool flag_argument(const boost::json::object& arguments, std::string_view name) {
  const auto* value = arguments.if_contains({name.data(), name.size()});
  return value != nullptr && value->is_bool() && value->get_bool();
}

}  // namespace lethe::cli
