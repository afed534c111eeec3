#include "lethe/web/routes.h"

#include <exception>
#include <utility>

namespace lethe::web {

void Routes::add(Method method, std::string_view pattern, Handler handler) {
  router_.add(method, pattern, handlers_.size());
  handlers_.push_back(std::move(handler));
}

Response Routes::dispatch(Request& request, const Otherwise& otherwise) const {
  auto routed = router_.route(request.method, request.target.segments);
  if (auto* wrong = std::get_if<web_protocol::WrongMethod>(&routed)) {
    Response answer = otherwise(request, 405);
    answer.headers.set("Allow", wrong->allow);
    return answer;
  }
  auto* found = std::get_if<web_protocol::Found>(&routed);
  if (found == nullptr) return otherwise(request, 404);
  request.params = std::move(found->params);
  try {
    return handlers_[found->handler](request);
  } catch (const std::exception&) {
    // What a library throws may quote its input: nothing of it is repeated.
    return otherwise(request, 500);
  }
}

}  // namespace lethe::web
