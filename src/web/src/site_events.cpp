// Streams to open pages (server-sent events).
#include "site_common.h"

namespace lethe::web {
namespace {

Response stream_of(std::vector<std::string> topics) {
  Response response;
  response.headers.set("Content-Type", "text/event-stream");
  response.event_topics = std::move(topics);
  return response;
}

Answer inbox_stream(Visit&) { return stream_of({"inbox"}); }

Answer ticket_stream(Visit& visit) {
  LETHE_TRY(const auto id, path_id<core::TicketId>(visit.request));
  return stream_of({"ticket:" + id.to_string()});
}

}  // namespace

void add_event_routes(SiteRoutes& routes) {
  routes.page("/events/inbox", ports::Role::agent, inbox_stream);
  routes.page("/events/tickets/{id}", ports::Role::agent, ticket_stream);
}

}  // namespace lethe::web
