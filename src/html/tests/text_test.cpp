#include "lethe/html/text.h"

#include <doctest/doctest.h>

#include "lethe/base/text.h"
#include "lethe/html/markdown.h"
#include "safe_html.h"

using lethe::html::escape;
using lethe::html::markdown_to_html;
using lethe::html::to_text;

TEST_CASE("escaped text is inert in content and in attributes") {
  CHECK(escape("<a href=\"x\" y='z'>&amp;") ==
        "&lt;a href=&quot;x&quot; y=&#39;z&#39;&gt;&amp;amp;");
  CHECK(escape("Grüße") == "Grüße");
}

TEST_CASE("paragraphs, breaks and headings become lines") {
  CHECK(to_text("<p>One\n  two</p><p>Three<br>four</p>") == "One two\n\nThree\nfour");
  CHECK(to_text("<div>a</div><div>b</div>") == "a\nb");
  CHECK(to_text("<h1>T</h1>x") == "T\n\nx");
  CHECK(to_text("a<hr>b") == "a\n----------\nb");
  CHECK(to_text("<b>a</b><i>b</i> c") == "ab c");
}

TEST_CASE("lists keep their marks") {
  CHECK(to_text("<ul><li>a<li>b<ul><li>c</ul></ul>x") == "- a\n- b\n  - c\n\nx");
  CHECK(to_text("<ol><li>a</li><li>b</li></ol>") == "1. a\n2. b");
}

TEST_CASE("a table row is one line, a layout table is not") {
  CHECK(to_text("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td><td>d</td></tr></table>") ==
        "a | b\nc | d");
  CHECK(to_text("<table><tr><td><p>a</p></td><td><p>b</p></td></tr></table>") == "a\n\nb");
}

TEST_CASE("a link says where it leads unless its text does") {
  CHECK(to_text("<a href='https://x.eu/a'>here</a>") == "here <https://x.eu/a>");
  CHECK(to_text("<a href='https://x.eu/'>x.eu</a>") == "x.eu");
  CHECK(to_text("<a href='mailto:jo@x.eu?subject=x'>jo@x.eu</a>") == "jo@x.eu");
  CHECK(to_text("<a href='javascript:x'>here</a>") == "here");
}

TEST_CASE("quotes are marked line by line") {
  CHECK(to_text("a<blockquote>b<br>c<blockquote>d</blockquote></blockquote>e") ==
        "a\n\n> b\n> c\n>\n> > d\n\ne");
}

TEST_CASE("what browsers do not show is left out") {
  CHECK(to_text("<head><title>t</title><style>p{}</style></head><script>x()</script><!-- c -->a") ==
        "a");
  CHECK(to_text("a&#8203;b&shy;c") == "abc");
  CHECK(to_text("<img alt='Logo' src=x> x") == "Logo x");
}

TEST_CASE("references are read as browsers read them") {
  CHECK(to_text("&lt;b&gt; &euro; &#228; &#x1F600; &#150; &unknown; &amp;lt; a&nbsp;b & c") ==
        "<b> € ä \xF0\x9F\x98\x80 – &unknown; &lt; a b & c");
  CHECK(to_text("&#0;&#xD800;&#99999999999;") == "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");
}

TEST_CASE("preformatted text keeps its lines") {
  CHECK(to_text("<pre>a\n  b</pre>c") == "a\n  b\n\nc");
}

TEST_CASE("text of any bytes is valid and bounded") {
  CHECK(lethe::is_valid_utf8(to_text("\xFF<p>\xC3")));
  CHECK(to_text("<p>1234567890", 4) == "1234");
  CHECK(to_text("ääää", 5) == "ää");
}

TEST_CASE("markdown becomes the few elements of an answer") {
  CHECK(markdown_to_html("**b** *i* `c`") ==
        "<p><strong>b</strong> <em>i</em> <code>c</code></p>\n");
  CHECK(markdown_to_html("one\ntwo").find("<br>") != std::string::npos);
  CHECK(markdown_to_html("- a\n- b").find("<li>a</li>") != std::string::npos);
  CHECK(markdown_to_html("> q").find("<blockquote>") != std::string::npos);
  CHECK(markdown_to_html("[x](https://x.eu)").find("href=\"https://x.eu\"") != std::string::npos);
}

TEST_CASE("an answer of one mark is shown as the mark, and no answer looks empty") {
  for (const std::string typed : {"#", "##", "######", "-", "--", "+", "*", "=", "7.", "12)"}) {
    CAPTURE(typed);
    CHECK(markdown_to_html(typed) == "<p>" + typed + "</p>\n");
    const std::string below = markdown_to_html("The number is\n" + typed);
    CHECK(below.contains(typed));
    CHECK(below.starts_with("<p>The number is"));
  }
  for (const std::string typed :
       {">", "```", "[a]: https://x.eu", "***", "---", "> >", "####### "}) {
    CAPTURE(typed);
    CHECK(lethe::html::to_text(markdown_to_html(typed)).find_first_not_of(" \n") !=
          std::string::npos);
  }
  CHECK(markdown_to_html("").empty());
  CHECK(markdown_to_html(" \n").empty());
}

TEST_CASE("marks that have something to mark stay Markdown, and code stays as it is") {
  CHECK(markdown_to_html("# Title").starts_with("<h1>Title"));
  CHECK(markdown_to_html("Title\n---").starts_with("<h2>Title"));
  CHECK(markdown_to_html("1. a\n2. b").contains("<li>a"));
  CHECK(markdown_to_html("- a\n- b").contains("<li>a</li>"));
  CHECK(markdown_to_html("```\n#\n-\n```").contains("<code>#"));
  CHECK_FALSE(markdown_to_html("```\n#\n```").contains("\\"));
  CHECK(lethe::html::with_bare_marks_shown("a\n#\n") == "a\n\\#\n");
}

TEST_CASE("markdown cannot carry HTML, scripts or pictures") {
  for (const char* const text :
       {"<script>alert(1)</script>", "[x](javascript:alert(1))", "![x](https://x.eu/a.png)",
        "<img src=x onerror=y>", "[x](data:text/html,x)", "<javascript:alert(1)>",
        "[a]: javascript:alert(1)\n\n[a]", "`<b>`", "```\n<script>\n```"}) {
    CAPTURE(text);
    const std::string html = markdown_to_html(text);
    CHECK(lethe::html::test::fault_of(html) == "");
    CHECK(html.find("<script") == std::string::npos);
  }
  CHECK(markdown_to_html("<b>x</b>").find("&lt;b&gt;") != std::string::npos);
}
