// web_gallery OUT_DIR: every page in every language as a file, with the browser files under a/, for
// tests/browser/gallery.mjs.
#include <filesystem>
#include <fstream>
#include <iostream>

#include "lethe/web/assets.h"
#include "samples.h"

using namespace lethe::web;

namespace {

void write(const std::filesystem::path& path, std::string_view bytes) {
  std::filesystem::create_directories(path.parent_path());
  std::ofstream{path, std::ios::binary} << bytes;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: web_gallery OUT_DIR\n";
    return 2;
  }
  const std::filesystem::path out{argv[1]};
  for (const Asset& asset : assets()) write(out / asset.path.substr(1), asset.bytes);
  for (const Language language : kAllLanguages) {
    for (const gallery::Sample& sample : gallery::all_samples()) {
      const PageContext page = gallery::sample_context(language, sample.place);
      write(out / code_of(language) / (sample.name + ".html"), sample.html(page));
    }
  }
  return 0;
}
