// Claim (DESIGN section 6): the parser reads at least four times as many mails
// a second as GMime, one thread, over the mails of the corpora.
//
//   bench_parser_vs_gmime            ratios within one run count, absolute figures do not
//
// Both sides do the same work: envelope, subject, and every leaf decoded.
// Mails on which GMime is known to crash are not in these folders.
#include <benchmark/benchmark.h>
#include <gmime/gmime.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "lethe/mime/parse.h"

namespace {

std::vector<std::string> load() {
  std::vector<std::string> mails;
  const std::filesystem::path corpora{LETHE_SOURCE_DIR "/../shared/corpora"};
  for (const char* folder :
       {"mime-stalwart", "mime-enmime", "mime-php", "mime-cpython", "mime-mime4j", "bounces"}) {
    if (!std::filesystem::exists(corpora / folder)) continue;
    for (const auto& entry : std::filesystem::recursive_directory_iterator{corpora / folder}) {
      const auto extension = entry.path().extension();
      // One mail of a megabyte would outweigh a thousand ordinary ones.
      const bool mail = extension == ".eml" || extension == ".raw";
      if (!mail || !entry.is_regular_file() || entry.file_size() > 200'000) continue;
      std::ifstream in{entry.path(), std::ios::binary};
      std::ostringstream all;
      all << in.rdbuf();
      mails.push_back(std::move(all).str());
    }
  }
  return mails;
}

const std::vector<std::string>& mails() {
  static const std::vector<std::string> loaded = load();
  return loaded;
}

void decode_leaf(GMimeObject*, GMimeObject* part, gpointer sum) {
  if (!GMIME_IS_PART(part)) return;
  GMimeDataWrapper* const content = g_mime_part_get_content(GMIME_PART(part));
  if (content == nullptr) return;
  GMimeStream* const memory = g_mime_stream_mem_new();
  g_mime_data_wrapper_write_to_stream(content, memory);
  *static_cast<std::int64_t*>(sum) += g_mime_stream_length(memory);
  g_object_unref(memory);
}

std::int64_t read_with_gmime(const std::string& raw) {
  GMimeStream* const stream = g_mime_stream_mem_new_with_buffer(raw.data(), raw.size());
  GMimeParser* const parser = g_mime_parser_new_with_stream(stream);
  g_object_unref(stream);
  GMimeMessage* const message = g_mime_parser_construct_message(parser, nullptr);
  g_object_unref(parser);
  if (message == nullptr) return 0;
  std::int64_t sum = internet_address_list_length(g_mime_message_get_from(message));
  benchmark::DoNotOptimize(g_mime_message_get_subject(message));
  g_mime_message_foreach(message, decode_leaf, &sum);
  g_object_unref(message);
  return sum;
}

void lethe_parser(benchmark::State& state) {
  for (auto _ : state) {
    for (const std::string& raw : mails()) benchmark::DoNotOptimize(lethe::mime::parse(raw));
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(mails().size()));
}

void gmime(benchmark::State& state) {
  g_mime_init();
  for (auto _ : state) {
    for (const std::string& raw : mails()) benchmark::DoNotOptimize(read_with_gmime(raw));
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(mails().size()));
}

BENCHMARK(lethe_parser)->Unit(benchmark::kMillisecond)->Repetitions(3);
BENCHMARK(gmime)->Unit(benchmark::kMillisecond)->Repetitions(3);

}  // namespace

BENCHMARK_MAIN();
