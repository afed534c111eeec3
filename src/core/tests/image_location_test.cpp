#include "lethe/core/image_location.h"

#include <doctest/doctest.h>

#include <array>

namespace lethe::core {
namespace {

std::string number(std::uint64_t value, int bytes, bool little) {
  std::string out;
  for (int n = 0; n < bytes; ++n) {
    const int shift = 8 * (little ? n : bytes - 1 - n);
    out += static_cast<char>((value >> shift) & 0xFFU);
  }
  return out;
}

std::string entry(bool little, int tag, int type, int count, int value) {
  return number(tag, 2, little) + number(type, 2, little) + number(count, 4, little) +
         number(value, 4, little);
}

// Make, the GPS directory, orientation; latitude as three fractions.
std::string exif(bool little) {
  const std::string head = little ? std::string{"II*\0", 4} : std::string{"MM\0*", 4};
  const int gps = 8 + 2 + 3 * 12 + 4;
  const int latitude = gps + 2 + 2 * 12 + 4;
  return head + number(8, 4, little) + number(3, 2, little) + entry(little, 0x0112, 3, 1, 6) +
         entry(little, 0x8825, 4, 1, gps) + entry(little, 0x9999, 4, 1, 77) + number(0, 4, little) +
         number(2, 2, little) + entry(little, 1, 2, 2, 'N') + entry(little, 2, 5, 3, latitude) +
         number(0, 4, little) + "LATITUDELATITUDELATITUDE";
}

std::string segment(int marker, const std::string& content) {
  return std::string{"\xFF"} + static_cast<char>(marker) + number(content.size() + 2, 2, false) +
         content;
}

const std::string kScan =
    segment(0xDA, "scan head") + std::string{"\x12\xFF\x00\xFF\xD0pixels", 11};

std::string jpeg(const std::string& segments) { return "\xFF\xD8" + segments + kScan + "\xFF\xD9"; }

std::string exif_segment(bool little = true) {
  return segment(0xE1, std::string{"Exif\0\0", 6} + exif(little));
}

std::string xmp_segment(const std::string& xml) {
  return segment(0xE1, std::string{"http://ns.adobe.com/xap/1.0/\0", 29} + xml);
}

std::string chunk(const std::string& type, const std::string& data) {
  return number(data.size(), 4, false) + type + data + "crc?";
}

std::string png(const std::string& chunks) {
  return std::string{"\x89PNG\r\n\x1A\n", 8} + chunk("IHDR", "0123456789abc") + chunks +
         chunk("IDAT", "pixels of the picture") + chunk("IEND", "");
}

TEST_CASE("the GPS directory of a JPEG goes with its values, and the rest stays to the byte") {
  for (const bool little : {true, false}) {
    const std::string before = jpeg(exif_segment(little));
    std::string after = before;
    REQUIRE(remove_location(after) == ImageFinding::removed);
    CHECK(after.size() == before.size());
    CHECK(after.find("LATITUDE") == std::string::npos);
    CHECK(after.find(entry(little, 0x0112, 3, 1, 6)) != std::string::npos);
    CHECK(after.find(entry(little, 0x9999, 4, 1, 77)) != std::string::npos);
    CHECK(after.find(number(0x8825, 2, little) + number(4, 2, little)) == std::string::npos);
    CHECK(after.ends_with(kScan + "\xFF\xD9"));
    CHECK(remove_location(after) == ImageFinding::nothing);
  }
}

TEST_CASE("a further picture behind the end of the first one is cleaned too") {
  std::string file = jpeg("") + jpeg(exif_segment());
  CHECK(remove_location(file) == ImageFinding::removed);
  CHECK(file.find("LATITUDE") == std::string::npos);
}

TEST_CASE("an XMP packet goes when it names a place, and stays when it does not") {
  std::string with = jpeg(xmp_segment("<x exif:GPSLatitude=\"52,30N\"/>"));
  CHECK(remove_location(with) == ImageFinding::removed);
  CHECK(with.find("52,30N") == std::string::npos);
  std::string without = jpeg(xmp_segment("<x dc:creator=\"Ann\"/>"));
  const std::string before = without;
  CHECK(remove_location(without) == ImageFinding::nothing);
  CHECK(without == before);
}

TEST_CASE("the place fields of IPTC are blanked, its caption is not") {
  const auto dataset = [](int number_of, const std::string& text) {
    return std::string{"\x1C\x02"} + static_cast<char>(number_of) + number(text.size(), 2, false) +
           text;
  };
  const std::string iim = dataset(90, "Berlin") + dataset(120, "A bike") + dataset(101, "Germany");
  std::string file =
      jpeg(segment(0xED, std::string{"Photoshop 3.0\0", 14} + "8BIM\x04\x04" +
                             std::string(2, '\0') + number(iim.size(), 4, false) + iim));
  CHECK(remove_location(file) == ImageFinding::removed);
  CHECK(file.find("Berlin") == std::string::npos);
  CHECK(file.find("Germany") == std::string::npos);
  CHECK(file.find("A bike") != std::string::npos);
}

TEST_CASE("a PNG loses its place with a right check sum") {
  std::string file = png(chunk("eXIf", exif(false)));
  const std::string before = file;
  CHECK(remove_location(file) == ImageFinding::removed);
  CHECK(file.size() == before.size());
  CHECK(file.find("LATITUDE") == std::string::npos);
  CHECK(file.ends_with(chunk("IDAT", "pixels of the picture") + chunk("IEND", "")));
  std::string profile = png(chunk("zTXt", std::string{"Raw profile type exif\0\0", 23} + "packed"));
  CHECK(remove_location(profile) == ImageFinding::removed);
  CHECK(profile.find("packed") == std::string::npos);
  CHECK(remove_location(profile) == ImageFinding::nothing);
  // The CRC of an IEND chunk is known: AE 42 60 82.
  std::string xmp = png(chunk("iTXt", std::string{"XML:com.adobe.xmp\0\0\0\0\0", 22} + "geo:lat"));
  CHECK(remove_location(xmp) == ImageFinding::removed);
  CHECK(xmp.find("geo:lat") == std::string::npos);
  std::string comment = png(chunk("tEXt", std::string{"Comment\0", 8} + "GPS by bike"));
  CHECK(remove_location(comment) == ImageFinding::nothing);
}

TEST_CASE("WebP, TIFF and HEIF lose their place") {
  const auto riff = [](const std::string& type, const std::string& data) {
    return type + number(data.size(), 4, true) + data + std::string(data.size() % 2, '\0');
  };
  const std::string chunks = riff("VP8 ", "pixels") + riff("EXIF", exif(true));
  std::string webp = "RIFF" + number(chunks.size() + 4, 4, true) + "WEBP" + chunks;
  CHECK(remove_location(webp) == ImageFinding::removed);
  CHECK(webp.find("LATITUDE") == std::string::npos);
  CHECK(webp.find("pixels") != std::string::npos);

  std::string tiff = exif(false);
  CHECK(remove_location(tiff) == ImageFinding::removed);
  CHECK(tiff.find("LATITUDE") == std::string::npos);

  const auto box = [](const std::string& type, const std::string& data) {
    return number(data.size() + 8, 4, false) + type + data;
  };
  const std::string ftyp = box("ftyp", "heic");
  const std::string infe = box("infe", std::string{"\2\0\0\0\0\7\0\0", 8} + "Exif" + '\0');
  const std::string iinf = box("iinf", std::string{"\0\0\0\0\0\1", 6} + infe);
  const std::string item = number(0, 4, false) + exif(true);
  const auto file_with = [&](std::size_t offset) {
    const std::string iloc =
        box("iloc", std::string{"\0\0\0\0\x44\0\0\1\0\7\0\0\0\1", 14} + number(offset, 4, false) +
                        number(item.size(), 4, false));
    return ftyp + box("meta", std::string(4, '\0') + iinf + iloc);
  };
  std::string heic = file_with(0);
  heic = file_with(heic.size() + 8) + box("mdat", item + "pixels");
  CHECK(remove_location(heic) == ImageFinding::removed);
  CHECK(heic.find("LATITUDE") == std::string::npos);
  CHECK(heic.ends_with("pixels"));
}

TEST_CASE("Exif that contradicts itself goes whole; the picture stays") {
  std::string wrong = jpeg(exif_segment());
  const std::size_t size = wrong.size();
  wrong.replace(wrong.find("LATITUDE") - 28 + 20, 4, "\xFF\xFF\xFF\x7F");  // beyond the end
  CHECK(remove_location(wrong) == ImageFinding::removed);
  CHECK(wrong.size() == size);
  CHECK(wrong.find("LATITUDE") == std::string::npos);
  CHECK(wrong.ends_with(kScan + "\xFF\xD9"));
  CHECK(remove_location(wrong) == ImageFinding::nothing);
}

TEST_CASE("a JPEG that was cut off behind its place loses it too") {
  const std::string segment_bytes = exif_segment();
  std::string cut_off = ("\xFF\xD8" + segment_bytes).substr(0, segment_bytes.size());
  CHECK(remove_location(cut_off) == ImageFinding::removed);
  CHECK(cut_off.find("LATITUDE") == std::string::npos);
}

TEST_CASE("the XMP packet of a GIF goes when it names a place") {
  const std::string head = std::string{"GIF89a"} + "\x21\xFF\x0BXMP DataXMP";
  const std::string tail = "\x01\xFF\xFE\xFD rest of the ramp and picture;";
  std::string gif = head + "<x exif:GPSLatitude=\"52,30N\"/>" + tail;
  const std::size_t size = gif.size();
  CHECK(remove_location(gif) == ImageFinding::removed);
  CHECK(gif.size() == size);
  CHECK(gif.find("52,30N") == std::string::npos);
  CHECK(gif.ends_with(tail));
  std::string other = head + "<x dc:creator=\"Ann\"/>" + tail;
  CHECK(remove_location(other) == ImageFinding::nothing);
}

TEST_CASE("a damaged file stays as it is and says so; no cut of a good one does harm") {
  const std::string whole = jpeg(exif_segment());
  std::string wrong = exif(true);
  wrong.replace(wrong.find("LATITUDE") - 28 + 20, 4, "\xFF\xFF\xFF\x7F");  // beyond the end
  const std::string before = wrong;
  CHECK(remove_location(wrong) == ImageFinding::damaged);
  CHECK(wrong == before);
  for (const std::string& file :
       {whole, png(chunk("eXIf", exif(true))), exif(true), png(chunk("iTXt", "XML"))}) {
    for (std::size_t size = 0; size <= file.size(); ++size) {
      std::string cut = file.substr(0, size);
      static_cast<void>(remove_location(cut));
      CHECK(cut.size() == size);
    }
    for (std::size_t at = 0; at < file.size(); ++at) {
      std::string changed = file;
      changed[at] = static_cast<char>(changed[at] ^ 0xFF);
      static_cast<void>(remove_location(changed));
      CHECK(changed.size() == file.size());
    }
  }
}

TEST_CASE("what is no picture is not touched") {
  for (const char* text : {"", "\xFF", "GPSLatitude", "%PDF-1.7 GPSLatitude"}) {
    std::string file = text;
    CHECK(remove_location(file) == ImageFinding::nothing);
    CHECK(file == text);
  }
}

}  // namespace
}  // namespace lethe::core
