// What a template is filled with. Names are upper case; a value shows the section HAS_<NAME> around
// it, so that templates can leave out what is empty.
//
// Names that end in _URL stand in href, src, action and htmx attributes and take only a Url; others
// never may (script/lint_templates checks the templates, an assertion checks here).
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "lethe/web/views/common.h"

namespace ctemplate {
class TemplateDictionary;
}

namespace lethe::web {

class Dict {
 public:
  explicit Dict(ctemplate::TemplateDictionary* inner, const views::PageContext& page)
      : inner_(inner), page_(&page) {}

  const Dict& text(std::string_view name, std::string_view value) const;
  const Dict& url(std::string_view name, const Url& value) const;
  // Address of a page elsewhere, from a message: http or https only, else left out. For HREF of
  // links.
  const Dict& outside_link(std::string_view name, std::string_view value) const;
  const Dict& number(std::string_view name, std::int64_t value) const;  // written for people
  const Dict& digits(std::string_view name, std::int64_t value) const;  // written for machines
  const Dict& show(std::string_view section) const;
  const Dict& show_if(bool condition, std::string_view section) const;
  // The `yes` section when the condition holds, else the `no` section.
  const Dict& choose(bool condition, std::string_view yes, std::string_view no) const;
  // One more turn of `section`, to be filled.
  [[nodiscard]] Dict each(std::string_view section) const;

  // NAME ("6 min"), NAME_ISO, NAME_FULL; HAS_NAME.
  const Dict& time(std::string_view name, Instant at) const;
  const Dict& time_ago(std::string_view name, Instant at) const;
  const Dict& date(std::string_view name, Instant at) const;
  const Dict& date_if(std::string_view name, const std::optional<Instant>& at) const;
  // WHO_NAME, WHO_INITIALS, WHO_COLOUR, WHO_PAGE_URL, sections WHO_LIVE or WHO_ERASED.
  const Dict& person(std::string_view who, const views::PersonRef& person) const;
  const Dict& agent(std::string_view who, const views::AgentRef& agent) const;
  const Dict& options(std::string_view section, const views::Options& options) const;
  const Dict& texts(std::string_view section, std::string_view item,
                    const std::vector<std::string>& values) const;
  // Per field <field>_ERROR, and the summary: section ERRORS with ERROR_ITEM {FIELD, MESSAGE}.
  const Dict& errors(const views::FormErrors& errors) const;
  const Dict& retention(const views::Retention& retention) const;
  const Dict& status(views::Status status) const;
  const Dict& paging(const views::Paging& paging) const;
  const Dict& rich_text(std::string_view section, const RichText& text) const;
  const Dict& tone(views::Tone tone) const;
  const Dict& hidden_fields(
      const web_protocol::Fields& fields) const;  // section CARRIED {NAME, VALUE}

  [[nodiscard]] const Text& words() const noexcept { return page_->text; }
  [[nodiscard]] const views::PageContext& page() const noexcept { return *page_; }

  // The one way for HTML from the allow-list into a page: the mail frame.
  const Dict& safe_html(std::string_view name, const SafeHtml& html) const;

 private:
  void set(std::string_view name, std::string_view value) const;
  ctemplate::TemplateDictionary* inner_;
  const views::PageContext* page_;
};

class Page {
 public:
  Page(std::string_view template_name, const views::PageContext& page);
  ~Page();
  Page(const Page&) = delete;
  Page& operator=(const Page&) = delete;
  [[nodiscard]] const Dict& dict() const noexcept { return dict_; }
  [[nodiscard]] std::string html() const;

 private:
  std::string name_;
  const views::PageContext& page_;
  std::unique_ptr<ctemplate::TemplateDictionary> inner_;
  Dict dict_;
};

template <class Fill>
std::string expand_page(std::string_view name, const views::PageContext& page, Fill fill) {
  const Page made{name, page};
  fill(made.dict());
  return made.html();
}

[[nodiscard]] std::string initials_of(std::string_view name);
[[nodiscard]] std::string colour_class_of(std::int64_t seed);  // "a1".."a6"
[[nodiscard]] std::string status_word(const Text& words, views::Status status);

}  // namespace lethe::web
