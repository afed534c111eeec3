// From a request to its handler: a table of patterns and functions.
//
// Handlers are ordinary functions that may block on the store; the server calls them on its
// workers, many at once. What a handler throws ends the request with 500, not the process.
#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "lethe/web_protocol/message.h"
#include "lethe/web_protocol/router.h"

namespace lethe::web {

using web_protocol::Method;
using web_protocol::Request;
using web_protocol::Response;
using Handler = std::function<Response(Request& request)>;

class Routes {
 public:
  // `pattern` as web_protocol::Router takes it: "/tickets/{id}".
  void add(Method method, std::string_view pattern, Handler handler);

  // Finds the handler, fills request.params and calls it; `otherwise` answers what has no route
  // (404) or another method (405 with Allow).
  using Otherwise = std::function<Response(const Request& request, int status)>;
  [[nodiscard]] Response dispatch(Request& request, const Otherwise& otherwise) const;

 private:
  web_protocol::Router router_;
  std::vector<Handler> handlers_;
};

}  // namespace lethe::web
