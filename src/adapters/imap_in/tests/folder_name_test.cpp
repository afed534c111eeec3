#include "folder_name.h"

#include <doctest/doctest.h>

namespace lethe::imap_in {

TEST_CASE("a folder is named on the wire as RFC 3501 writes it") {
  CHECK(folder_on_the_wire("INBOX") == "INBOX");
  CHECK(folder_on_the_wire("INBOX/Open - 2026") == "INBOX/Open - 2026");
  CHECK(folder_on_the_wire("Rückfragen") == "R&APw-ckfragen");
  CHECK(folder_on_the_wire("Boîte à outils") == "Bo&AO4-te &AOA- outils");
  CHECK(folder_on_the_wire("~peter/mail/台北/日本語") == "~peter/mail/&U,BTFw-/&ZeVnLIqe-");
  CHECK(folder_on_the_wire("\U0001F600") == "&2D3eAA-");
  CHECK(folder_on_the_wire("A & B") == "A &- B");
  CHECK(folder_on_the_wire("Käse & Brot") == "K&AOQ-se &- Brot");
  CHECK(folder_on_the_wire("&") == "&-");
}

TEST_CASE("what is written for the wire already stays, what only looks so is written anew") {
  for (const char* ready : {"R&APw-ckfragen", "A &- B", "&U,BTFw-", "Bo&AO4-te &AOA- outils"}) {
    CHECK(folder_on_the_wire(ready) == ready);
  }
  CHECK(folder_on_the_wire("R&D-Fragen") == "R&-D-Fragen");
  CHECK(folder_on_the_wire("R&Dep-x") == "R&-Dep-x");
  CHECK(folder_on_the_wire("R&AP-x") == "R&-AP-x");
  CHECK(folder_on_the_wire("R&APw") == "R&-APw");
  CHECK(folder_on_the_wire("&AP w-") == "&-AP w-");
  CHECK(folder_on_the_wire("ü&APw-") == "&APw-&-APw-");
  CHECK(folder_on_the_wire("\xff") == "\xff");
}

}  // namespace lethe::imap_in
