// Every sample page in Debian's Chromium: both themes, a desk and a phone, three languages; axe-core finds nothing,
// nothing scrolls sideways, the content security policy is never broken and no page asks for a file that is not ours.
//
//   node tests/browser/gallery.mjs GALLERY_DIR [--shots DIR] [--only NAME] [--languages en,de,fr] [--shard N/OF]
//
// With --shard 2/3 it looks at every third page, from the second; all the shards together look at every page once.
import { createServer } from "node:http";
import { existsSync, mkdirSync, readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { extname, join, resolve } from "node:path";
import { brotliCompressSync } from "node:zlib";
import { chromium } from "playwright-core";

const option = (name, otherwise) => {
  const at = process.argv.indexOf(name);
  return at < 0 ? otherwise : process.argv[at + 1];
};
const root = resolve(process.argv[2]);
const shots = option("--shots");
const only = option("--only");
const languages = option("--languages", "en,de,fr").split(",");
const [shard, shards] = option("--shard", "1/1").split("/").map(Number);
if (!(shard >= 1 && shard <= shards)) throw new Error("--shard wants N/OF, for example 1/2");
const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const nonce = "c2FtcGxlLW5vbmNl";
const policy =
  `default-src 'none'; script-src 'self' 'nonce-${nonce}'; style-src 'self'; img-src 'self' data:; font-src 'self'; ` +
  "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; frame-src 'self'; " +
  "require-trusted-types-for 'script'; trusted-types htmx";
const framePolicy = "default-src 'none'; style-src 'self'; style-src-attr 'unsafe-inline'; img-src 'self'; sandbox allow-popups allow-popups-to-escape-sandbox; frame-ancestors 'self'";
const types = { ".html": "text/html; charset=utf-8", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml", ".woff2": "font/woff2" };

const server = createServer((request, response) => {
  const path = decodeURIComponent(new URL(request.url, "http://x").pathname);
  if (path.includes("mail-frame")) {
    response.writeHead(200, { "Content-Type": types[".html"], "Content-Security-Policy": framePolicy });
    return response.end(readFileSync(join(root, "en/mail-frame.html")));
  }
  const file = join(root, path);
  if (!file.startsWith(root) || !existsSync(file) || extname(file) === "") {
    response.writeHead(404);
    return response.end();
  }
  response.writeHead(200, { "Content-Type": types[extname(file)], "Content-Security-Policy": policy, "Referrer-Policy": "no-referrer" });
  response.end(readFileSync(file));
});
await new Promise((done) => server.listen(0, "127.0.0.1", done));
const base = `http://127.0.0.1:${server.address().port}`;

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"],
});
const problems = [];

const dark = { name: "dark", colorScheme: "dark" };
const light = { name: "light", colorScheme: "light" };
const desk = { name: "desk", viewport: { width: 1440, height: 900 } };
const phone = { name: "phone", viewport: { width: 390, height: 844 }, full: true };
// Brotli bytes of a page (design/README.md section 2).
const htmlBytesMost = 15_000;

async function sideways(page) {
  const unfolded = await page.evaluate(() => [...document.querySelectorAll(".tabs.fold")].some((el) => el.scrollWidth > el.clientWidth));
  if (unfolded) return ["tabs that should fold scroll sideways"];
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  if (wide <= 0) return [];
  const who = await page.evaluate(() => [...document.querySelectorAll("body *")].filter((el) => el.getBoundingClientRect().right > innerWidth + 1 && !el.closest("[popover]:not(:popover-open), .filters, .tabs, .bulk")).slice(0, 3).map((el) => `${el.tagName}.${el.className}`));
  return [`scrolls sideways by ${wide} px: ${who.join(", ")}`];
}

async function axeFindings(page) {
  await page.evaluate(axeSource);
  const found = await page.evaluate(() => axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"], iframes: false }));
  return found.violations.flatMap((violation) => violation.nodes.slice(0, 3).map((node) =>
    `${violation.id}: ${node.target.join(" ")} ${node.html.slice(0, 160)} ${node.any.concat(node.all)[0]?.message ?? ""}`));
}

async function shoot(page, name, screen, theme) {
  if (!shots) return;
  mkdirSync(shots, { recursive: true });
  await page.screenshot({ path: join(shots, `${name.replace("/", "-")}-${screen.name}-${theme.name}.png`), fullPage: screen.full });
}

// One page on one screen: loaded once, looked at in each theme.
async function check(page, said, name, screen, themes, withAxe) {
  await page.emulateMedia({ colorScheme: themes[0].colorScheme });
  await page.goto(`${base}/${name}.html`);
  await page.evaluate(() => document.fonts.ready);
  said.push(...await sideways(page));
  for (const theme of themes) {
    await page.emulateMedia({ colorScheme: theme.colorScheme });
    await shoot(page, name, screen, theme);
    if (withAxe) said.push(...(await axeFindings(page)).map((finding) => `${theme.name}: ${finding}`));
  }
}

let pages = 0;
let faulty = 0;
for (const language of languages) {
  const all = readdirSync(join(root, language)).map((file) => file.replace(".html", "")).sort();
  const wanted = all.filter((name) => name !== "mail-frame" && (!only || only.split(",").includes(name)));
  const names = wanted.filter((_, at) => at % shards === shard - 1);
  for (const name of names) {
    const bytes = brotliCompressSync(readFileSync(join(root, language, `${name}.html`))).length;
    if (bytes > htmlBytesMost) problems.push(`${language}/${name}: ${bytes} bytes in brotli, budget ${htmlBytesMost}`);
  }
  // The first language is looked at in every way, the others where longer words could break something.
  const isFirst = language === languages[0];
  for (const screen of [desk, phone]) {
    const context = await browser.newContext({ viewport: screen.viewport });
    const page = await context.newPage();
    let said = [];
    page.on("console", (message) => { if (message.type() === "error" && !/404/.test(message.text())) said.push(message.text()); });
    page.on("pageerror", (error) => said.push(`script error: ${error.message}`));
    page.on("request", (request) => { if (!request.url().startsWith(base) && !request.url().startsWith("data:")) said.push(`foreign request ${request.url()}`); });
    for (const name of names) {
      said = [];
      await check(page, said, `${language}/${name}`, screen, isFirst ? [light, dark] : [light], isFirst);
      if (said.length > 0) ++faulty;
      problems.push(...said.map((each) => `${language}/${name} (${screen.name}): ${each}`));
      ++pages;
    }
    await context.close();
  }
}
await browser.close();
server.close();
for (const problem of problems) console.log(problem);
console.log(`${pages - faulty} passed, ${problems.length} failed`);
process.exit(problems.length === 0 ? 0 : 1);
