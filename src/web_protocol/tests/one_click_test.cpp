#include "lethe/web_protocol/one_click.h"

#include <doctest/doctest.h>

#include <string>

using namespace lethe::web_protocol;

namespace {

constexpr std::string_view kUrlencoded = "application/x-www-form-urlencoded";
constexpr std::string_view kMultipart = "multipart/form-data; boundary=b";

bool asked(std::string_view type, std::string body) {
  Request request;
  request.method = Method::post;
  if (!type.empty()) request.headers.add("Content-Type", std::string{type});
  request.body = std::move(body);
  return asks_one_click(request);
}

std::string part(std::string_view name, std::string_view value) {
  return "--b\r\nContent-Disposition: form-data; name=\"" + std::string{name} + "\"\r\n\r\n" +
         std::string{value} + "\r\n";
}

}  // namespace

TEST_CASE("the pair of RFC 8058 is one click, as either kind of form") {
  CHECK(asked(kUrlencoded, "List-Unsubscribe=One-Click"));
  CHECK(asked("application/x-www-form-urlencoded; charset=UTF-8", "List-Unsubscribe=One%2DClick"));
  CHECK(asked(kUrlencoded, "a=1&List-Unsubscribe=One-Click"));
  CHECK(asked(kUrlencoded, "List-Unsubscribe=One-Click\r\n"));
  CHECK(asked(kMultipart, part("List-Unsubscribe", "One-Click") + "--b--\r\n"));
}

TEST_CASE("a POST that does not say One-Click is none") {
  CHECK_FALSE(asked(kUrlencoded, ""));
  CHECK_FALSE(asked("", ""));
  CHECK_FALSE(asked("", "List-Unsubscribe=One-Click"));
  CHECK_FALSE(asked(kUrlencoded, "List-Unsubscribe="));
  CHECK_FALSE(asked(kUrlencoded, "List-Unsubscribe=One-Click2"));
  CHECK_FALSE(asked(kUrlencoded, "One-Click=List-Unsubscribe"));
  CHECK_FALSE(asked(kUrlencoded, "acknowledgements=1"));
  CHECK_FALSE(asked("text/plain", "List-Unsubscribe=One-Click"));
  CHECK_FALSE(asked("application/json", R"({"List-Unsubscribe":"One-Click"})"));
  CHECK_FALSE(asked(kMultipart, part("List-Unsubscribe", "no") + "--b--\r\n"));
  CHECK_FALSE(asked(kMultipart, part("List-Unsubscribe", "One-Click")));  // never closed
}
