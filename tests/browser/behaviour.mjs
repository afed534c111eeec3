// What the own script adds, and that pages work without it. Runs over the pages of web_gallery.
//
//   node tests/browser/behaviour.mjs GALLERY_DIR
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { existsSync, readFileSync } from "node:fs";
import { extname, join, resolve } from "node:path";
import { chromium } from "playwright-core";

const root = resolve(process.argv[2]);
const policy =
  "default-src 'none'; script-src 'self' 'nonce-c2FtcGxlLW5vbmNl'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
  "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-src 'self'; require-trusted-types-for 'script'; trusted-types htmx";
const types = { ".html": "text/html; charset=utf-8", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml", ".woff2": "font/woff2" };
const posts = [];
let signedOut = false;
const fragment = '<div class="text stack s"><p hx-get="/stolen" hx-trigger="load">preview of the reply</p></div>';

const clash = '<input type="hidden" name="draft" value="77"><span class="clash">Not saved <button class="btn sm" name="do" value="draft_both">Keep both</button></span>';

const server = createServer(async (request, response) => {
  const path = new URL(request.url, "http://x").pathname;
  if (request.method === "POST") {
    let body = "";
    for await (const chunk of request) body += chunk;
    posts.push({ path, body, fragment: request.headers["hx-request"] === "true" });
    response.writeHead(200, { "Content-Type": types[".html"], "Content-Security-Policy": policy });
    if (path.endsWith("/draft") && body.includes("elsewhere")) return response.end(clash);
    return response.end(path.endsWith("/preview") ? fragment : "Draft saved 14:33");
  }
  posts.push({ path, get: true });
  if (signedOut && request.headers["hx-request"] === "true") return response.writeHead(401, { "HX-Redirect": "/en/sign-in.html?back=%2Finbox" }).end();
  if (path.endsWith("/saved/1")) return response.writeHead(200, { "Content-Type": "text/plain; charset=utf-8" }).end("Hello **{{agent.name}}**,\n<b>soon</b>.");
  if (path.endsWith("/saved/2")) return response.writeHead(303, { Location: "/en/sign-in.html" }).end();
  const file = join(root, path);
  if (!existsSync(file) || extname(file) === "") return response.writeHead(404).end();
  response.writeHead(200, { "Content-Type": types[extname(file)], "Content-Security-Policy": policy });
  response.end(readFileSync(file));
});
await new Promise((done) => server.listen(0, "127.0.0.1", done));
const base = `http://127.0.0.1:${server.address().port}/en`;
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"] });
const desk = await browser.newContext({ viewport: { width: 1440, height: 900 }, colorScheme: "light" });
desk.setDefaultTimeout(20_000);

const tests = {
  async "the bulk bar appears with the count, takes a range and all of the page, and clears"(page) {
    await page.goto(`${base}/inbox.html`);
    const bar = page.locator("[data-bulk]");
    assert.equal(await bar.isVisible(), false);
    const boxes = page.locator("input[name=ticket]");
    await boxes.nth(0).click();
    assert.equal(await page.locator("[data-bulk-count]").textContent(), "1 ticket selected");
    await boxes.nth(3).click({ modifiers: ["Shift"] });
    assert.equal(await page.locator("[data-bulk-count]").textContent(), "4 tickets selected");
    assert.equal(await page.locator("[data-all-matching]").isVisible(), false);
    await page.locator("[data-select-all]").click();
    assert.equal(await page.locator("[data-bulk-count]").textContent(), "10 tickets selected");
    assert.equal(await page.locator("[data-all-matching]").isVisible(), true);
    await page.locator("[data-bulk-clear]").click();
    await bar.waitFor({ state: "hidden" });
  },
  async "who was signed out meanwhile is led to sign in, and the page shows no piece of that page"(page) {
    await page.goto(`${base}/inbox.html`);
    signedOut = true;
    try {
      await page.locator("#q").fill("pump");
      await page.waitForURL(/sign-in\.html\?back=%2Finbox$/);
    } finally {
      signedOut = false;
    }
  },
  async "whoever was signed out while writing stays with the words"(page) {
    await page.goto(`${base}/ticket.html`);
    await page.locator("#text").fill("Half a sentence");
    signedOut = true;
    try {
      const refused = page.waitForResponse((answer) => answer.status() === 401);
      await page.evaluate(() => document.querySelector("[data-refresh]").dispatchEvent(new CustomEvent("refresh")));
      await refused;
    } finally {
      signedOut = false;
    }
    assert.match(page.url(), /ticket\.html$/);
    assert.equal(await page.locator("#text").inputValue(), "Half a sentence");
  },
  async "J and K move, X selects, / searches, and letters typed into a field do nothing else"(page) {
    await page.goto(`${base}/inbox.html`);
    await page.keyboard.press("j");
    await page.keyboard.press("j");
    assert.equal(await page.locator("li.cursor").getAttribute("data-ticket"), "4814");
    await page.keyboard.press("x");
    assert.equal(await page.locator("[data-bulk-count]").textContent(), "1 ticket selected");
    await page.keyboard.press("k");
    assert.equal(await page.locator("li.cursor").getAttribute("data-ticket"), "4821");
    await page.keyboard.press("/");
    assert.equal(await page.evaluate(() => document.activeElement.id), "q");
    await page.keyboard.type("xj?");
    assert.equal(await page.locator("#q").inputValue(), "xj?");
    assert.equal(await page.locator("#shortcuts").isVisible(), false);
  },
  async "Escape leaves the field: what is typed after N is a note, and no letter of a reply"(page) {
    await page.goto(`${base}/ticket.html`);
    await page.keyboard.press("r");
    await page.keyboard.press("Escape");
    assert.equal(await page.evaluate(() => document.activeElement.tagName), "BODY");
    const before = await page.locator("#text").inputValue();
    await page.keyboard.press("n");
    assert.equal(await page.locator("input[name=kind]:checked").inputValue(), "note");
    assert.equal(await page.locator("#text").inputValue(), before);
    await page.keyboard.press("Escape");
    await page.keyboard.press("Control+k");
    await page.locator("#palette").waitFor();
    await page.keyboard.press("Escape");
    await page.locator("#palette").waitFor({ state: "hidden" });
  },
  async "? lists the page's own shortcuts, and Escape closes the list"(page) {
    await page.goto(`${base}/ticket.html`);
    await page.keyboard.press("?");
    await page.locator("#shortcuts").waitFor();
    const text = await page.locator("[data-shortcuts]").innerText();
    for (const what of ["Reply", "Note", "Next ticket", "Search or jump to", "Assign to me", "Tags"]) assert.ok(text.includes(what), `${what} in ${text}`);
    for (const words of await page.locator("[data-shortcuts] dt").allInnerTexts()) assert.ok(words.trim().length > 1, `words, not "${words}"`);
    assert.ok(await page.evaluate(() => document.activeElement.hasAttribute("data-close")), "the focus starts on the safe button");
    await page.keyboard.press("Escape");
    await page.locator("#shortcuts").waitFor({ state: "hidden" });
  },
  async "keys for the chosen tickets take the one under the cursor, and do nothing without one"(page) {
    await page.goto(`${base}/inbox.html`);
    await page.keyboard.press("t");
    assert.notEqual(await page.evaluate(() => document.activeElement.id), "bulk-tag");
    await page.keyboard.press("j");
    await page.keyboard.press("t");
    assert.equal(await page.evaluate(() => document.activeElement.id), "bulk-tag");
    assert.equal(await page.locator("[data-bulk-count]").textContent(), "1 ticket selected");
  },
  async "keys and cursor outlive a list that came anew"(page) {
    await page.goto(`${base}/inbox.html`);
    await page.keyboard.press("j");
    await page.keyboard.press("j");
    await page.evaluate(() => {
      const results = document.querySelector("#results");
      const anew = results.cloneNode(true);
      anew.querySelector(".cursor").classList.remove("cursor");
      results.replaceWith(anew);
      document.dispatchEvent(new CustomEvent("htmx:after:swap"));
    });
    assert.equal(await page.locator("li.cursor").getAttribute("data-ticket"), "4814");
    await page.keyboard.press("t");
    assert.equal(await page.evaluate(() => document.activeElement.id), "bulk-tag");
  },
  async "a subject of one long word stays on a phone's screen"(page) {
    await page.goto(`${base}/ticket.html`);
    await page.setViewportSize({ width: 390, height: 844 });
    await page.evaluate(() => { document.querySelector("h1").textContent = "Donaudampfschifffahrt".repeat(6); });
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth));
  },
  async "Control K opens the palette with the places of the navigation"(page) {
    await page.goto(`${base}/inbox.html`);
    await page.keyboard.press("Control+k");
    await page.locator("#palette").waitFor();
    assert.ok((await page.locator("[data-goto]").innerText()).includes("Certificates"));
  },
  async "the theme changes at once and is told to the server with the form token"(page) {
    await page.goto(`${base}/inbox.html`);
    await page.locator("[data-theme-form] button").click();
    assert.equal(await page.locator("html").getAttribute("data-theme"), "dark");
    await until(() => posts.some((post) => post.path === "/theme"));
    const { body } = posts.find((post) => post.path === "/theme");
    assert.ok(body.includes("theme=dark") && body.includes("form_token=sample-token"), body);
  },
  async "a draft is saved while typing and the preview is swapped in, without its htmx attributes"(page) {
    await page.goto(`${base}/ticket.html`);
    await page.keyboard.press("r");
    assert.equal(await page.evaluate(() => document.activeElement.id), "text");
    await page.keyboard.type("More words. ");
    await until(() => posts.some((post) => post.path.endsWith("/draft")));
    const draft = posts.find((post) => post.path.endsWith("/draft"));
    assert.ok(draft.fragment && draft.body.includes("form_token"), draft.body);
    await page.getByText("Draft saved 14:33").waitFor();
    await page.getByRole("button", { name: "Preview" }).click();
    await page.getByText("preview of the reply").waitFor();
    assert.ok(!posts.some((post) => post.path === "/stolen"), "markup without our nonce made a request");
  },
  async "a pasted picture and a dropped file join the chosen ones, and text from a document stays text"(page) {
    await page.goto(`${base}/ticket.html`);
    await page.locator("input[type=file]").setInputFiles([{ name: "chosen.txt", mimeType: "text/plain", buffer: Buffer.from("x") }]);
    await page.locator("#text").fill("Look: ");
    const give = (type, name, mime, words) => page.evaluate(([event, file, media, text]) => {
      const data = new DataTransfer();
      data.items.add(new File(["x"], file, { type: media }));
      if (text) data.setData("text/plain", text);
      const made = event === "paste" ? new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }) : new DragEvent(event, { dataTransfer: data, bubbles: true, cancelable: true });
      return !document.querySelector(event === "paste" ? "#text" : "main").dispatchEvent(made);
    }, [type, name, mime, words]);
    assert.equal(await give("paste", "image.png", "image/png", "words of a table"), false, "the browser pastes the words");
    assert.equal(await page.locator("[data-file-names]").textContent(), "chosen.txt");
    assert.equal(await give("paste", "image.png", "image/png", ""), true);
    assert.equal(await page.locator("#text").inputValue(), "Look: ![picture-2.png](picture-2.png)");
    assert.equal(await give("dragover", "log.txt", "text/plain", ""), true, "a drop is allowed");
    assert.equal(await give("drop", "log.txt", "text/plain", ""), true, "the page does not give way to the file");
    assert.equal(await page.locator("[data-file-names]").textContent(), "chosen.txt, picture-2.png, log.txt");
    assert.deepEqual(await page.locator("input[type=file]").evaluate((input) => [...input.files].map((file) => file.name)), ["chosen.txt", "picture-2.png", "log.txt"]);
  },
  async "what was typed a moment ago is stored before the status is sent, and not after the reply is"(page) {
    await page.goto(`${base}/ticket.html`);
    await page.locator("#text").fill("Half a sentence");
    const [other] = await page.locator("#status option:not(:checked)").evaluateAll((options) => options.map((option) => option.value));
    await page.locator("#status").selectOption(other);
    await page.waitForURL(/\/properties$/);
    const first = (end) => posts.findIndex((post) => post.path.endsWith(end));
    assert.ok(first("/draft") >= 0 && first("/draft") < first("/properties"));
    assert.ok(posts[first("/draft")].body.includes("Half+a+sentence"));
    await page.goto(`${base}/ticket.html`);
    posts.length = 0;
    await page.locator("#text").fill("The whole reply");
    await page.locator("[data-send]").click();
    await page.waitForURL(/\/messages$/);
    await page.goto("about:blank");
    assert.ok(posts.findLastIndex((post) => post.path.endsWith("/draft")) < first("/messages"), "a reply that was sent is no draft");
  },
  async "a draft that was not saved for another window's sake is asked about, and leaves with the page"(page) {
    await page.goto(`${base}/ticket.html`);
    await page.locator("#text").fill("Kept elsewhere");
    await page.getByText("Not saved").waitFor();
    posts.length = 0;
    await page.goto("about:blank");
    await until(() => posts.some((post) => post.path.endsWith("/draft")));
    const { body } = posts.find((post) => post.path.endsWith("/draft"));
    assert.ok(body.includes("Kept+elsewhere") && body.includes("others=join") && body.includes("draft=77"), body);
    await page.goto(`${base}/ticket.html`);
    await page.locator("#text").fill("Kept elsewhere");
    await page.getByRole("button", { name: "Keep both" }).click();
    await page.waitForURL(/\/messages$/);
    assert.ok(posts.find((post) => post.path.endsWith("/messages")).body.includes("draft_both"));
  },
  async "a saved reply is put in at the cursor as it is, and behind the text where nobody was yet"(page) {
    await page.goto(`${base}/ticket.html`);
    const text = page.locator("#text");
    const before = await text.inputValue();
    const words = "Hello **{{agent.name}}**,\n<b>soon</b>.";
    await page.locator("#saved").selectOption("1");
    await page.waitForFunction((wanted) => document.querySelector("#text").value === wanted, `${before}\n\n${words}`);
    assert.equal(await page.locator("#saved").inputValue(), "");
    assert.equal(await page.evaluate(() => document.activeElement.id), "text");
    await text.fill("Dear X, bye");
    await text.evaluate((el) => el.setSelectionRange(5, 6));
    await page.locator("#saved").selectOption("1");
    await page.waitForFunction((wanted) => document.querySelector("#text").value === wanted, `Dear ${words}, bye`);
    await until(() => posts.some((post) => post.path.endsWith("/draft") && post.body.includes("soon")));
    assert.equal(await page.getByRole("button", { name: "Insert", exact: true }).isVisible(), false);
  },
  async "a saved reply that cannot be read says so and leaves the text alone"(page) {
    await page.goto(`${base}/ticket.html`);
    const before = await page.locator("#text").inputValue();
    await page.locator("#saved").selectOption("2");
    await page.getByText("The saved reply could not be read. Load the page again.").waitFor();
    assert.equal(await page.locator("#text").inputValue(), before);
  },
  async "# leads to the saved replies where a line begins and nowhere else, and is in the list of shortcuts"(page) {
    await page.goto(`${base}/ticket.html`);
    const text = page.locator("#text");
    await text.fill("one");
    await text.press("#");
    assert.equal(await text.inputValue(), "one#");
    await text.press("Enter");
    await text.press("#");
    assert.equal(await text.inputValue(), "one#\n");
    assert.equal(await page.evaluate(() => document.activeElement.id), "saved");
    await page.evaluate(() => document.querySelector("#saved").dispatchEvent(new KeyboardEvent("keydown", { key: "#", bubbles: true, cancelable: true })));
    assert.equal(await text.inputValue(), "one#\n#");
    assert.equal(await page.evaluate(() => document.activeElement.id), "text");
    await page.goto(`${base}/ticket.html`);
    await page.keyboard.press("?");
    await page.locator("#shortcuts").waitFor();
    assert.ok((await page.locator("[data-shortcuts]").innerText()).includes("Saved replies"));
  },
  async "a presence event names who writes, in the page's words"(page) {
    await page.goto(`${base}/inbox.html`);
    await page.evaluate(() => window.dispatchEvent(new CustomEvent("presence", { detail: { data: '{"ticket":"4814","name":"<b>Priya</b>"}' } })));
    assert.equal(await page.locator('[data-ticket="4814"] [data-presence-text]').textContent(), "<b>Priya</b> is replying");
    assert.equal(await page.locator('[data-ticket="4814"] [data-presence]').isVisible(), true);
    await page.evaluate(() => window.dispatchEvent(new CustomEvent("presence", { detail: { data: '{"ticket":"4814"}' } })));
    assert.equal(await page.locator('[data-ticket="4814"] [data-presence]').isVisible(), false);
  },
  async "a printed ticket has its words, its state and whole dates, and nothing to press"(page) {
    await page.goto(`${base}/ticket.html`);
    await page.emulateMedia({ media: "print", colorScheme: "dark" });
    for (const gone of [".nav", "#composer", ".ticket-head .btn"]) assert.equal(await page.locator(gone).first().isVisible(), false, gone);
    for (const there of ["h1", "#messages", "#status", ".aside h2"]) assert.equal(await page.locator(there).first().isVisible(), true, there);
    assert.match(await page.locator("#messages time[title]").first().evaluate((el) => getComputedStyle(el, "::after").content), /20\d\d/);
    assert.equal(await page.evaluate(() => getComputedStyle(document.querySelector(".msg .bubble")).backgroundColor), "rgb(255, 255, 255)");
  },
  async "an erasure needs its words typed before its button works"(page) {
    await page.goto(`${base}/erase-person.html`);
    const button = page.locator("button.danger");
    assert.equal(await button.getAttribute("aria-disabled"), "true");
    await button.click({ force: true });
    assert.ok(page.url().endsWith("erase-person.html"));
    await page.locator("#confirm").fill("SL");
    assert.equal(await button.getAttribute("aria-disabled"), "false");
  },
  async "menus open beside their button and stay on the screen"(page) {
    await page.goto(`${base}/ticket.html`);
    await page.locator("[popovertarget=more]").click();
    const box = await page.locator("#more").boundingBox();
    const button = await page.locator("[popovertarget=more]").boundingBox();
    assert.ok(box.x >= 0 && box.x + box.width <= 1440 && box.y >= button.y, JSON.stringify(box));
    assert.ok(Math.abs(box.y - button.y - button.height) < 40, JSON.stringify({ box, button }));
  },
};

async function until(holds) {
  for (let i = 0; i < 200; ++i) {
    if (holds()) return;
    await new Promise((again) => setTimeout(again, 50));  // the pace of looking
  }
  assert.fail("it did not happen within ten seconds");
}

async function withoutScripts() {
  const context = await browser.newContext({ javaScriptEnabled: false, viewport: { width: 390, height: 844 } });
  const page = await context.newPage();
  await page.goto(`${base}/inbox.html`);
  assert.equal(await page.locator("[data-bulk]").isVisible(), true, "bulk actions need no script");
  assert.equal(await page.locator(".filters button.nojs").isVisible(), true);
  await page.locator("[popovertarget=nav]").click();
  assert.equal(await page.locator("#nav").isVisible(), true, "the menu is a popover");
  await page.goto(`${base}/ticket.html`);
  assert.equal(await page.locator(".ticket-head button.nojs").isVisible(), true, "status has a save button");
  await context.close();
}

let passed = 0;
let failed = 0;
for (const [name, test] of Object.entries({ ...tests, "without scripts menus open and forms have their buttons": withoutScripts })) {
  posts.length = 0;
  const page = await desk.newPage();
  try {
    await test(page);
    ++passed;
    console.log(`ok    ${name}`);
  } catch (error) {
    ++failed;
    console.log(`FAIL  ${name}\n      ${error.message.split("\n").slice(0, 6).join("\n      ")}`);
  }
  await page.close();
}
await browser.close();
server.close();
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
