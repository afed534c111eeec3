// The commands over a data directory: values in, values out.
//
// Each runs here when no server owns the directory, and inside the server over
// control.sock when one does, with the same result.
#pragma once

#include <boost/json.hpp>
#include <functional>
#include <string>
#include <string_view>

#include "world.h"

namespace lethe::cli {

// How a command speaks while it works; called from one thread.
struct Speaker {
  std::function<Status(std::string_view)> print;  // to standard output, as it is
  // done of total (0: unknown) of something: "mails", "messages".
  std::function<void(std::int64_t done, std::int64_t total, std::string_view what)> progress;
};

using Command = Status (*)(World&, const boost::json::object& arguments, const Speaker& speaker);

// Null when there is no such command.
[[nodiscard]] Command find_command(std::string_view name);

// Each in its own file.
Status token_create(World&, const boost::json::object&, const Speaker&);
Status agent_link(World&, const boost::json::object&, const Speaker&);
Status agent_reset_two_step(World&, const boost::json::object&, const Speaker&);
Status import_files(World&, const boost::json::object&, const Speaker&);
Status retention_preview(World&, const boost::json::object&, const Speaker&);
Status retention_run(World&, const boost::json::object&, const Speaker&);
Status person_export(World&, const boost::json::object&, const Speaker&);
Status person_erase(World&, const boost::json::object&, const Speaker&);
Status backup_create(World&, const boost::json::object&, const Speaker&);
Status keyring_status(World&, const boost::json::object&, const Speaker&);
Status doctor(World&, const boost::json::object&, const Speaker&);
Status doctor_mail(World&, const boost::json::object&, const Speaker&);

[[nodiscard]] std::string text_argument(const boost::json::object& arguments,
                                        std::string_view name);
[[nodiscard]] bool flag_argument(const boost::json::object& arguments, std::string_view name);

}  // namespace lethe::cli
