// What every Blobs must do; run for each implementation, on an empty one.
#pragma once

#include <doctest/doctest.h>

#include <set>
#include <string>

#include "lethe/ports/blobs.h"

namespace lethe::test {

inline ports::BlobName put_blob(ports::Blobs& blobs, std::initializer_list<ByteView> parts) {
  auto writer = blobs.begin();
  REQUIRE(writer);
  for (const ByteView part : parts) REQUIRE((*writer)->append(part));
  auto name = (*writer)->commit();
  REQUIRE(name);
  return *name;
}

inline Bytes whole_blob(ports::Blobs& blobs, const ports::BlobName& name) {
  auto reader = blobs.open(name);
  REQUIRE(reader);
  Bytes bytes((*reader)->size());
  CHECK(*(*reader)->read_at(0, bytes) == bytes.size());
  return bytes;
}

inline std::set<std::string> blob_names(ports::Blobs& blobs) {
  std::set<std::string> names;
  CHECK(blobs.for_each([&](const ports::BlobName& name, std::uint64_t) -> Status {
    CHECK(names.insert(name.text()).second);
    return {};
  }));
  return names;
}

inline void check_blobs_hold_bytes(ports::Blobs& blobs) {
  CHECK(blobs.totals()->blobs == 0);
  const ports::BlobName empty = put_blob(blobs, {});
  const ports::BlobName small = put_blob(blobs, {as_bytes("sealed "), {}, as_bytes("bytes")});
  const Bytes chunk(64 * 1024, 0x5a);
  const ports::BlobName large = put_blob(blobs, {chunk, chunk, chunk, as_bytes("end")});

  CHECK(whole_blob(blobs, empty).empty());
  CHECK(as_text(whole_blob(blobs, small)) == "sealed bytes");
  CHECK(whole_blob(blobs, large).size() == 3 * chunk.size() + 3);
  CHECK(blob_names(blobs) == std::set{empty.text(), small.text(), large.text()});
  CHECK(blobs.totals()->bytes == 12 + 3 * chunk.size() + 3);

  // The same bytes twice are two blobs: equal content must not show.
  CHECK(put_blob(blobs, {as_bytes("sealed bytes")}) != small);
  CHECK(blobs.totals()->blobs == 4);
}

inline void check_blobs_read_in_chunks(ports::Blobs& blobs) {
  const ports::BlobName name = put_blob(blobs, {as_bytes("0123456789")});
  auto reader = blobs.open(name);
  REQUIRE(reader);
  Bytes buffer(4);
  CHECK(*(*reader)->read_at(0, buffer) == 4);
  CHECK(as_text(buffer) == "0123");
  CHECK(*(*reader)->read_at(8, buffer) == 2);
  CHECK(as_text(buffer).substr(0, 2) == "89");
  CHECK(*(*reader)->read_at(10, buffer) == 0);
  CHECK(*(*reader)->read_at(UINT64_MAX, buffer) == 0);
}

inline void check_blobs_forget(ports::Blobs& blobs) {
  const ports::BlobName gone = put_blob(blobs, {as_bytes("to be erased")});
  const ports::BlobName kept = put_blob(blobs, {as_bytes("kept")});
  auto reader = blobs.open(gone);
  REQUIRE(reader);
  CHECK(blobs.remove(gone));
  CHECK(blobs.remove(gone));  // a resumed erasure
  CHECK(blobs.open(gone).error().code == Errc::not_found);
  CHECK(blob_names(blobs) == std::set{kept.text()});
  Bytes buffer(12);
  CHECK(*(*reader)->read_at(0, buffer) == 12);  // who reads, reads on
}

inline void check_blobs_show_only_what_is_committed(ports::Blobs& blobs) {
  {
    auto abandoned = blobs.begin();
    REQUIRE(abandoned);
    REQUIRE((*abandoned)->append(as_bytes("half")));
    CHECK(blob_names(blobs).empty());
  }
  CHECK(blob_names(blobs).empty());
}

inline void check_blobs_stop_listing_when_told(ports::Blobs& blobs) {
  put_blob(blobs, {as_bytes("one")});
  put_blob(blobs, {as_bytes("two")});
  int visits = 0;
  const Status stopped = blobs.for_each([&](const ports::BlobName&, std::uint64_t) -> Status {
    ++visits;
    return fail(Errc::cancelled, "enough");
  });
  CHECK(stopped.error().code == Errc::cancelled);
  CHECK(visits == 1);
}

}  // namespace lethe::test
