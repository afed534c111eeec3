// A mail's own HTML in its sandbox, its inline images, its files.
#include <map>

#include "lethe/html/sanitise.h"
#include "site_common.h"

namespace lethe::web {
namespace {

using Images = std::map<std::string, core::AttachmentId, std::less<>>;

// Content-IDs come with and without angle brackets.
std::string_view bare(std::string_view content_id) {
  if (content_id.starts_with('<') && content_id.ends_with('>')) {
    return content_id.substr(1, content_id.size() - 2);
  }
  return content_id;
}

Result<Images> images_of(Visit& visit, core::MessageId id) {
  return read_from<Images>(visit.app, [&](const ports::Reading& tx) -> Result<Images> {
    LETHE_TRY(const auto message, app::view_message(visit.app, tx, id));
    Images images;
    for (const auto& file : message.attachments) {
      const bool is_image = file.type.starts_with("image/") && file.type != "image/svg+xml";
      if (is_image && !file.content_id.empty()) images.emplace(bare(file.content_id), file.id);
    }
    return images;
  });
}

// The frame has an origin of its own and shows no cookie: each image gets an address that works
// once and for five minutes.
std::string image_address(Visit& visit, const Images& images, std::string_view content_id) {
  const auto found = images.find(bare(content_id));
  if (found == images.end()) return {};
  const std::string token =
      visit.site.one_time_files.offer(found->second, visit.app.random, visit.now());
  return url_for("/inline/{token}", {token}).text();
}

Answer html_frame(Visit& visit) {
  LETHE_TRY(const auto id, path_id<core::MessageId>(visit.request, 1));
  LETHE_TRY(const Plaintext text, app::message_html(visit.app, id));
  LETHE_TRY(const Images images, images_of(visit, id));
  html::Options options;
  options.cid_url = [&](std::string_view content_id) {
    return image_address(visit, images, content_id);
  };
  auto safe = html::sanitise(text.reveal(), options);
  views::MailFrame view;
  view.blocked = static_cast<std::int64_t>(safe.blocked_remote_images + safe.tracking_pixels);
  view.remote_images_blocked = view.blocked > 0;
  view.html = SafeHtml::vouched_by_allow_list(std::move(safe.html));
  return frame_response(render(visit.page, view));
}

Answer attachment(Visit& visit) {
  LETHE_TRY(const auto id, path_id<core::AttachmentId>(visit.request));
  LETHE_TRY(const auto file, app::read_attachment(visit.app, id));
  return attachment_response(file.about.name, file.about.type, std::string{file.bytes.reveal()});
}

bool is_shown_image(std::string_view type) {
  return type == "image/png" || type == "image/jpeg" || type == "image/gif" ||
         type == "image/webp" || type == "image/bmp";
}

Answer inline_image(Guest& guest) {
  const auto id = guest.site.one_time_files.take(guest.request.params.at(0), guest.page.now);
  if (!id) return fail(Errc::not_found, "the address was used or is over");
  LETHE_TRY(const auto file, app::read_attachment(guest.app, *id));
  if (!is_shown_image(file.about.type)) return fail(Errc::not_found, "no image that is shown");
  Response response;
  response.body = std::string{file.bytes.reveal()};
  response.headers.set("Content-Type", file.about.type);
  response.headers.set("Content-Security-Policy", "sandbox; default-src 'none'");
  response.headers.set("Cross-Origin-Resource-Policy", "cross-origin");
  return response;
}

}  // namespace

void add_ticket_file_routes(SiteRoutes& routes) {
  routes.page("/tickets/{id}/messages/{message}/html", ports::Role::agent, html_frame);
  routes.page("/attachments/{id}", ports::Role::agent, attachment);
  routes.guest_page("/inline/{token}", inline_image);
}

}  // namespace lethe::web
