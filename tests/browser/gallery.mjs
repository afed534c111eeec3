// Every sample page in Debian's Chromium: both themes, a desk and a phone, three languages; axe-core finds nothing,
// nothing scrolls sideways, the content security policy is never broken and no page asks for a file that is not ours.
//
//   node tests/browser/gallery.mjs GALLERY_DIR [--shots DIR] [--only NAME] [--languages en,de,fr]
import { createServer } from "node:http";
import { existsSync, mkdirSync, readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { extname, join, resolve } from "node:path";
import { chromium } from "playwright-core";

const option = (name, otherwise) => {
  const at = process.argv.indexOf(name);
  return at < 0 ? otherwise : process.argv[at + 1];
};
const root = resolve(process.argv[2]);
const shots = option("--shots");
const only = option("--only");
const languages = option("--languages", "en,de,fr").split(",");
const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const nonce = "c2FtcGxlLW5vbmNl";
const policy =
  `default-src 'none'; script-src 'self' 'nonce-${nonce}'; style-src 'self'; img-src 'self' data:; font-src 'self'; ` +
  "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; frame-src 'self'; " +
  "require-trusted-types-for 'script'; trusted-types htmx";
const framePolicy = "default-src 'none'; style-src 'self'; img-src 'self'; sandbox allow-popups allow-popups-to-escape-sandbox; frame-ancestors 'self'";
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

async function check(page, name, look) {
  const said = [];
  const note = (message) => said.push(message);
  page.on("console", (message) => { if (message.type() === "error" && !/404/.test(message.text())) note(message.text()); });
  page.on("pageerror", (error) => note(`script error: ${error.message}`));
  page.on("request", (request) => { if (!request.url().startsWith(base) && !request.url().startsWith("data:")) note(`foreign request ${request.url()}`); });
  await page.goto(`${base}/${name}.html`);
  await page.evaluate(() => document.fonts.ready);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  if (wide > 0) {
    const who = await page.evaluate(() => [...document.querySelectorAll("body *")].filter((el) => el.getBoundingClientRect().right > innerWidth + 1 && !el.closest("[popover]:not(:popover-open), .filters, .tabs, .bulk")).slice(0, 3).map((el) => `${el.tagName}.${el.className}`));
    note(`scrolls sideways by ${wide} px: ${who.join(", ")}`);
  }
  if (shots && look.shot) {
    mkdirSync(shots, { recursive: true });
    await page.screenshot({ path: join(shots, `${name.replace("/", "-")}-${look.name}.png`), fullPage: look.full });
  }
  await page.evaluate(axeSource);
  const found = await page.evaluate(() => axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"], iframes: false }));
  for (const violation of found.violations) {
    for (const node of violation.nodes.slice(0, 3)) note(`${violation.id}: ${node.target.join(" ")} ${node.html.slice(0, 160)} ${node.any.concat(node.all)[0]?.message ?? ""}`);
  }
  for (const each of said) problems.push(`${name} (${look.name}): ${each}`);
}

const looks = [
  { name: "light", colorScheme: "light", viewport: { width: 1440, height: 900 } },
  { name: "dark", colorScheme: "dark", viewport: { width: 1440, height: 900 } },
  { name: "phone", colorScheme: "light", viewport: { width: 390, height: 844 }, full: true },
  { name: "phone-dark", colorScheme: "dark", viewport: { width: 390, height: 844 } },
];
let pages = 0;
for (const language of languages) {
  const names = readdirSync(join(root, language)).map((file) => file.replace(".html", "")).filter((name) => name !== "mail-frame" && (!only || only.split(",").includes(name)));
  // The first language is looked at in every way, the others where longer words could break something.
  const ways = language === languages[0] ? looks : looks.filter((look) => ["light", "phone"].includes(look.name));
  for (const look of ways) {
    const context = await browser.newContext({ colorScheme: look.colorScheme, viewport: look.viewport, bypassCSP: false });
    for (const name of names) {
      const page = await context.newPage();
      await check(page, `${language}/${name}`, { ...look, shot: look.name !== "phone-dark" });
      await page.close();
      ++pages;
    }
    await context.close();
  }
}
await browser.close();
server.close();
for (const problem of problems) console.log(problem);
console.log(`${pages} pages looked at, ${problems.length} problems`);
process.exit(problems.length === 0 ? 0 : 1);
