#include "site_kept_form.h"

#include <algorithm>

#include "lethe/web/kept_form_page.h"

namespace lethe::web {
namespace {

// Only what the browser itself calls ours: words of another site are not carried into a session.
bool is_surely_ours(const Request& request) {
  return request.headers.get("Sec-Fetch-Site") == "same-origin";
}

bool asks_for_password(const Fields& fields) {
  return std::ranges::any_of(
      fields, [](const web_protocol::Field& field) { return field.name.contains("password"); });
}

Fields typed_in(const Fields& fields) {
  Fields typed;
  for (const web_protocol::Field& field : fields) {
    if (field.name != kFormToken) typed.add(field.name, field.value);
  }
  return typed;
}

std::vector<std::string> fields_of(const std::vector<web_protocol::UploadedFile>& files) {
  std::vector<std::string> names;
  for (const web_protocol::UploadedFile& file : files) {
    if (std::ranges::find(names, file.field) == names.end()) names.emplace_back(file.field);
  }
  return names;
}

Response part_of_page(const PageContext& page, bool signed_in) {
  return web_protocol::html_response(
      200, signed_in ? page.text("This page is older than your sign-in, so nothing was stored. "
                                 "Your text is still here and can be sent.")
                     : page.text("You were signed out, so nothing was stored. Your text is still "
                                 "here: sign in in another tab, then send it."));
}

}  // namespace

std::optional<Response> kept_form(const PageContext& page, const Request& request, bool signed_in) {
  if (!is_surely_ours(request)) return std::nullopt;
  const auto form = web_protocol::parse_form(request);
  if (!form || asks_for_password(form->fields)) return std::nullopt;
  const Secret token{form->fields.get(kFormToken)};
  if (signed_in && token.equals(as_bytes(page.form_token))) return std::nullopt;
  views::KeptForm view{.typed = typed_in(form->fields),
                       .file_fields = fields_of(form->files),
                       .signed_in = signed_in};
  const bool is_empty = std::ranges::all_of(
      view.typed, [](const web_protocol::Field& field) { return field.value.empty(); });
  if (is_empty) return std::nullopt;
  if (request.wants_fragment()) return part_of_page(page, signed_in);
  return page_response(403, page, render(page, view));
}

std::optional<Response> not_kept_form(const PageContext& page, const Request& request) {
  if (!is_surely_ours(request)) return std::nullopt;
  if (request.wants_fragment()) return part_of_page(page, false);
  return page_response(403, page, render(page, views::NotKeptForm{}));
}

}  // namespace lethe::web
