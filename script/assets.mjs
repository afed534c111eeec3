#!/usr/bin/env node
// Makes what the binary carries for browsers: style sheet, scripts, icon sprite and font under names with the
// hash of their content, each in brotli and gzip too, and one C++ file that embeds them together with the
// templates and catalogues.
//
//   node script/assets.mjs OUT_DIR
//
// Fails on an icon name that Lucide does not have and on a file over its budget.
import { createHash } from "node:crypto";
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const web = join(root, "src/web");
const modules = join(root, "node_modules");
const out = resolve(process.argv[2] ?? fail("usage: assets.mjs OUT_DIR"));

// Brotli bytes (design/README.md section 2).
const budgets = { css: 10_000, scripts: 24_000, own_script: 6_000, icons: 4_000, font: 50_000 };

function fail(message) {
  console.error(`assets: ${message}`);
  process.exit(1);
}

function installPackages() {
  if (existsSync(join(modules, "htmx.org")) && existsSync(join(modules, "lucide-static"))) return;
  execFileSync("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], { cwd: root, stdio: "inherit" });
}

const brotli = (bytes) =>
  brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } });
const read = (path) => readFileSync(path);
const text = (path) => readFileSync(path, "utf8");
const listed = (folder, ending) => readdirSync(folder).filter((name) => name.endsWith(ending)).sort();

const types = {
  css: "text/css; charset=utf-8", js: "text/javascript; charset=utf-8",
  svg: "image/svg+xml", woff2: "font/woff2",
};

const assets = [];
function addAsset(name, content) {
  const bytes = Buffer.from(content);
  const hash = createHash("sha256").update(bytes).digest("hex").slice(0, 12);
  const [, stem, ending] = name.match(/^(.*)\.(\w+)$/);
  const asset = { name, hash, path: `/a/${stem}-${hash}.${ending}`, type: types[ending], bytes };
  if (ending !== "woff2") {
    asset.brotli = brotli(bytes);
    asset.gzip = gzipSync(bytes, { level: 9 });
  }
  assets.push(asset);
  return asset;
}

// --- icons: those that templates name, from Lucide's single files ---
function usedIcons() {
  const names = new Set();
  for (const name of listed(join(web, "templates"), ".tpl")) {
    for (const [, icon] of text(join(web, "templates", name)).matchAll(/\[\[@icon ([\w-]+)/g)) names.add(icon);
  }
  // Those that macros and the script put in.
  for (const source of ["src/template_source.cpp", "assets/lethe.js"]) {
    for (const [, icon] of text(join(web, source)).matchAll(/icon\("([\w-]+)"/g)) names.add(icon);
  }
  return [...names].sort();
}

function sprite() {
  const symbols = usedIcons().map((name) => {
    const file = join(modules, "lucide-static/icons", `${name}.svg`);
    if (!existsSync(file)) fail(`Lucide has no icon "${name}"`);
    const inner = text(file).replace(/<!--.*?-->/gs, "").match(/<svg[^>]*>(.*)<\/svg>/s)[1];
    return `<symbol id="${name}" viewBox="0 0 24 24">${inner.replace(/\s*\n\s*/g, "").replace(/ \/>/g, "/>")}</symbol>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>`;
}

// Comments and line breaks only: the sheet is written to be short already.
const smallCss = (css) => css.replace(/\/\*.*?\*\//gs, "").replace(/\s*\n\s*/g, "").replace(/\s*([{};,])\s*/g, "$1").replace(/;}/g, "}");
const smallJs = (js) => js.replace(/^\s*\/\/.*\n/gm, "").replace(/\n\s+/g, "\n").replace(/\n{2,}/g, "\n");
const withoutSourceMap = (js) => js.replace(/\n?\/\/# sourceMappingURL=.*/g, "");

function makeAssets() {
  const font = addAsset("inter.woff2", read(join(modules, "@fontsource-variable/inter/files/inter-latin-wght-normal.woff2")));
  addAsset("icons.svg", sprite());
  addAsset("favicon.svg", text(join(web, "assets/favicon.svg")));
  addAsset("lethe.css", smallCss(text(join(web, "assets/lethe.css"))).replaceAll("inter.woff2", font.path));
  addAsset("frame.css", smallCss(text(join(web, "assets/frame.css"))));
  const dist = join(modules, "htmx.org/dist");
  for (const [name, file] of [["htmx.js", "htmx.min.js"], ["hx-csp.js", "ext/hx-csp.min.js"], ["hx-sse.js", "ext/hx-sse.min.js"]]) {
    addAsset(name, withoutSourceMap(text(join(dist, file))));
  }
  const hotkey = addAsset("hotkey.js", smallJs(text(join(modules, "@github/hotkey/dist/index.js"))));
  addAsset("lethe.js", smallJs(text(join(web, "assets/lethe.js"))).replaceAll("./hotkey.js", hotkey.path));
}

function checkBudgets() {
  const size = (name) => (({ brotli, bytes }) => (brotli ?? bytes).length)(assets.find((a) => a.name === name));
  const scripts = ["htmx.js", "hx-csp.js", "hx-sse.js", "hotkey.js", "lethe.js"].reduce((sum, name) => sum + size(name), 0);
  const sizes = { css: size("lethe.css"), scripts, own_script: size("lethe.js"), icons: size("icons.svg"), font: size("inter.woff2") };
  for (const [what, most] of Object.entries(budgets)) {
    if (sizes[what] > most) fail(`${what}: ${sizes[what]} bytes of brotli, budget ${most}`);
  }
  return sizes;
}

// --- the C++ file ---
const blobs = [];
function blob(bytes) {
  const file = join(out, `blob-${blobs.length}.bin`);
  writeFileSync(file, bytes);
  blobs.push({ file, size: bytes.length });
  return `view(lethe_blob_${blobs.length - 1}, ${bytes.length})`;
}
const files = (folder, ending) =>
  listed(folder, ending).map((name) => `    {"${name}", ${blob(read(join(folder, name)))}},`).join("\n");

function cpp() {
  const templates = files(join(web, "templates"), ".tpl");
  const catalogues = files(join(web, "locale"), ".po");
  const table = assets.map((a) =>
    `    {"${a.name}", "${a.path}", "${a.type}", "\\"${a.hash}\\"", ${blob(a.bytes)}, ` +
    `${a.brotli ? blob(a.brotli) : "{}"}, ${a.gzip ? blob(a.gzip) : "{}"}},`).join("\n");
  const data = blobs.map(({ file }, i) =>
    `    ".hidden lethe_blob_${i}\\n.globl lethe_blob_${i}\\nlethe_blob_${i}:\\n.incbin \\"${file}\\"\\n"`).join("\n");
  const digest = createHash("sha256").update(blobs.map(({ file }) => read(file).toString("base64")).join()).digest("hex");
  return `// Made by script/assets.mjs. Content ${digest}
#include "embedded.h"
#include "lethe/web/assets.h"

__asm__(
    ".section .rodata.lethe_blobs,\\"a\\"\\n"
${data}
    ".text\\n");

extern "C" {
${blobs.map((_, i) => `extern const char lethe_blob_${i}[] __attribute__((visibility("hidden")));`).join("\n")}
}

namespace lethe::web {
namespace {
constexpr std::string_view view(const char* bytes, std::size_t size) { return {bytes, size}; }
}  // namespace

std::span<const EmbeddedFile> embedded_templates() noexcept {
  static const EmbeddedFile kFiles[] = {
${templates}
  };
  return kFiles;
}

std::span<const EmbeddedFile> embedded_catalogues() noexcept {
  static const EmbeddedFile kFiles[] = {
${catalogues}
  };
  return kFiles;
}

std::span<const Asset> assets() noexcept {
  static const Asset kAssets[] = {
${table}
  };
  return kAssets;
}

}  // namespace lethe::web
`;
}

installPackages();
mkdirSync(out, { recursive: true });
makeAssets();
const sizes = checkBudgets();
writeFileSync(join(out, "embedded.cpp"), cpp());
console.log(`assets: brotli ${Object.entries(sizes).map(([what, size]) => `${what} ${size}`).join(", ")}`);
