#include "lethe/core/saved_reply.h"

#include <doctest/doctest.h>

namespace lethe::core {
namespace {

ReplyFacts facts() {
  return {.customer_name = "Sofia",
          .customer_email = "sofia@mail.example",
          .ticket_number = "4821",
          .ticket_subject = "The kettle leaks",
          .agent_name = "Marta",
          .organisation_name = "Brightwater"};
}

TEST_CASE("each placeholder is filled with its fact, with or without blanks around its name") {
  CHECK(fill_placeholders("Hello {{customer.name}}, {{ ticket.number }}.", facts()) ==
        "Hello Sofia, 4821.");
  CHECK(fill_placeholders("{{customer.email}}|{{ticket.subject}}|{{agent.name}}|"
                          "{{organisation.name}}",
                          facts()) == "sofia@mail.example|The kettle leaks|Marta|Brightwater");
  for (const std::string_view name : kPlaceholders) {
    const std::string written = "{{" + std::string{name} + "}}";
    CHECK_FALSE(unknown_placeholder(written));
    CHECK(fill_placeholders(written, facts()) != written);
  }
}

TEST_CASE("a value that looks like a placeholder stays as it is, also next to braces") {
  ReplyFacts named = facts();
  named.customer_name = "{{agent.name}}";
  CHECK(fill_placeholders("Hello {{customer.name}}", named) == "Hello {{agent.name}}");
  named.customer_name = "agent.name}}";
  CHECK(fill_placeholders("{{customer.name}}{{agent.name}}", named) == "agent.name}}Marta");
  named.customer_name = "{{";
  CHECK(fill_placeholders("{{customer.name}}agent.name}}", named) == "{{agent.name}}");
}

TEST_CASE("a stranger's name makes no link of Markdown, alone or beside what stands there") {
  ReplyFacts named = facts();
  named.customer_name = "[Your prize](https://evil.example)";
  CHECK(fill_placeholders("Hello {{customer.name}}!", named) ==
        "Hello [Your prize] (https://evil.example)!");
  named.customer_name = "(https://evil.example)";
  CHECK(fill_placeholders("[see]{{customer.name}}", named) == "[see] (https://evil.example)");
  named.ticket_subject = "Parts (two) [of three]";
  CHECK(fill_placeholders("{{ticket.subject}} [ours](https://desk.example)", named) ==
        "Parts (two) [of three] [ours](https://desk.example)");
}

TEST_CASE("text without placeholders is itself, single braces and Markdown included") {
  for (const std::string_view text : {"", "plain", "{a} }} {", "# Title\n\n- **x**\n", "ä{ö}ü"}) {
    CHECK(fill_placeholders(text, facts()) == text);
    CHECK_FALSE(unknown_placeholder(text));
  }
}

TEST_CASE("the first placeholder that names nothing is told as it is written") {
  CHECK(unknown_placeholder("{{agent.name}} {{agent.age}} {{x}}") == "{{agent.age}}");
  CHECK(unknown_placeholder("{{Agent.Name}}") == "{{Agent.Name}}");
  CHECK(unknown_placeholder("{{}}") == "{{}}");
  CHECK(unknown_placeholder("{{{agent.name}}}") == "{{{agent.name}}");
  CHECK(unknown_placeholder("{{agent .name}}") == "{{agent .name}}");
}

TEST_CASE("braces that are never closed are told up to the end of their line") {
  CHECK(unknown_placeholder("Hello {{customer.name\nand more") == "{{customer.name");
  CHECK(unknown_placeholder("Hello {{") == "{{");
  CHECK(unknown_placeholder("{{}") == "{{}");
  CHECK(unknown_placeholder("{{" + std::string(500, 'x'))->size() == 60);
}

TEST_CASE("what is not known stays written when a text is filled all the same") {
  CHECK(fill_placeholders("a {{x}} {{agent.name}} {{", facts()) == "a {{x}} Marta {{");
}

TEST_CASE("characters are counted, not bytes") {
  CHECK(characters_in("") == 0);
  CHECK(characters_in("abc") == 3);
  CHECK(characters_in("äß€😀") == 4);
}

}  // namespace
}  // namespace lethe::core
