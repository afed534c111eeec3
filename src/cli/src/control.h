// control.sock: the door through which the command line reaches a running server.
//
// A unix socket of mode 0600 in the data directory; the peer must have the
// same user id. One request a connection, lines of JSON:
//   -> {"command":"person erase","arguments":{...}}
//   <- {"print":"..."}   {"progress":[done,total,"what"]}   ...
//   <- {"done":true}  or  {"error":{"code":"not_found","detail":"...","field":""}}
#pragma once

#include <memory>
#include <optional>

#include "commands.h"

namespace lethe::cli {

class ControlServer {
 public:
  // Errors: unavailable.
  [[nodiscard]] static Result<std::unique_ptr<ControlServer>> start(World& world);
  ~ControlServer();  // ends after the commands under way

 private:
  struct State;
  explicit ControlServer(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// Nothing when no server listens there; else how the command ended.
[[nodiscard]] std::optional<Status> run_in_server(const Config& config, std::string_view command,
                                                  const boost::json::object& arguments,
                                                  const Speaker& speaker);

}  // namespace lethe::cli
