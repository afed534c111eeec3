// An agent's whole work with scripts off: links navigate, forms post.
//
//   LETHE_BIN=build/dev/lethe node tests/browser/no_script.mjs
import assert from "node:assert/strict";
import { Installation, launch, tell, watched } from "./harness.mjs";

const problems = [];
const lethe = await Installation.make();
const browser = await launch();
const page = await (await watched(browser, { javaScriptEnabled: false }, problems)).newPage();
let ticket = "";
let person = "";

const go = (path) => page.goto(`${lethe.base}${path}`);
const press = (name) => page.getByRole("button", { name, exact: true }).click();
const heading = (name) => page.getByRole("heading", { name, level: 1 }).waitFor();
// Asks for the page until it says so: what a person without scripts does.
async function until(path, see) {
  for (const end = Date.now() + 30_000; Date.now() < end;) {
    await go(path);
    if ((await page.getByText(see).count()) > 0) return;
  }
  throw new Error(`never seen: ${see}`);
}

const steps = {
  async "first run"() {
    await go(`/join/${lethe.token}`);
    await page.locator("#password").fill("correct horse battery");
    await page.locator("input[value=none]").check();
    await press("Start");
    await heading("Inbox");
  },
  async "a mail is in the list"() {
    await lethe.mail("sofia.l@mail.example", "From: Sofia Lindt <sofia.l@mail.example>\nTo: support@brightwater.example\nSubject: The kettle leaks\nMessage-ID: <a@mail.example>\n\nIt leaks. Wombatfrage.\n");
    await until("/inbox", "The kettle leaks");
    await page.getByRole("link", { name: "The kettle leaks" }).click();
    await heading("The kettle leaks");
    ticket = new URL(page.url()).pathname;
  },
  async "preview, draft, note"() {
    await page.locator("#text").fill("A **new spout**.");
    await page.locator("button[value=preview]").click();
    await page.locator("#reply-preview", { hasText: "new spout" }).waitFor();
    await page.locator("button[value=draft]").click();
    await page.getByText("Draft saved.").waitFor();
    assert.equal(await page.locator("#text").inputValue(), "A **new spout**.");
    await page.locator("#text").fill("For us only.");
    await page.locator("input[name=kind][value=note]").check({ force: true });
    await page.locator("button[value=send]").click();
    await page.getByText("Note added.").waitFor();
  },
  async "a saved reply is written down, refused with the placeholder's name, and put behind the draft"() {
    await go("/settings/replies");
    await heading("Settings");
    await page.getByRole("link", { name: "Write the first one" }).click();
    await heading("New saved reply");
    await page.locator("#title").fill("Spout is coming");
    await page.locator("#text").fill("Hello {{customer.age}}");
    await press("Save");
    await page.locator("#text-e", { hasText: "{{customer.age}}" }).waitFor();
    assert.equal(await page.locator("#title").inputValue(), "Spout is coming");
    await page.locator("#text").fill("Hello {{customer.name}},\na **spout** is coming.\n{{agent.name}}");
    await page.locator("button[value=preview]").click();
    await page.getByText("Hello Sofia Lindqvist,").waitFor();
    await press("Save");
    await page.getByText("Saved.").waitFor();
    await page.getByText("added: Spout is coming").waitFor();

    await go(ticket);
    await page.locator("#text").fill("First of all, sorry.");
    await page.locator("button[value=insert]").click();
    await page.locator("#text-e", { hasText: "Choose a saved reply first." }).waitFor();
    await page.locator("#saved").selectOption({ label: "Spout is coming" });
    await page.locator("button[value=insert]").click();
    await page.locator("#text", { hasText: "Hello Sofia Lindt," }).waitFor();
    const put = (await page.locator("#text").inputValue()).replaceAll("\r\n", "\n");
    assert.ok(put.startsWith("First of all, sorry.\n\nHello Sofia Lindt,\na **spout** is coming.\n"), put);
    await go(ticket);
    assert.ok((await page.locator("#text").inputValue()).includes("Hello Sofia Lindt,"), "the draft was kept");

    await go("/settings/replies");
    await page.getByRole("link", { name: "Spout is coming" }).click();
    await page.getByText("Remove this reply…").click();
    await press("Remove");
    await page.getByText("Removed.").waitFor();
    await page.getByText("No saved replies yet").waitFor();
    await go(ticket);
    assert.equal(await page.locator("#saved").count(), 0);
  },
  async "a reply is taken back, sent again, and leaves"() {
    await go(ticket);
    await page.locator("input[name=kind][value=reply]").check({ force: true });
    await page.locator("#text").fill("A new spout is on its way.");
    await page.locator("button[value=send]").click();
    await press("Undo");
    await page.getByText("Taken back").waitFor();
    assert.equal(await page.locator("#text").inputValue(), "A new spout is on its way.");
    await page.locator("button[value=send_close]").click();
    await page.getByText("set the status to Closed").waitFor();
    let mail = await lethe.sink.next();
    while (!mail.text.includes("new spout")) mail = await lethe.sink.next();
  },
  async "properties of the ticket"() {
    await go(ticket);
    await page.locator("#status").selectOption("open");
    await page.locator("header").getByRole("button", { name: "Save" }).click();
    await page.getByText("set the status to Open").waitFor();
    await page.locator("#tags").fill("kettles");
    await page.locator("aside").getByRole("button", { name: "Save" }).click();
    assert.equal(await page.locator("#tags").inputValue(), "kettles");
  },
  async "many at once"() {
    await go("/inbox");
    await page.locator("input[name=ticket]").first().check();
    await page.locator("button[name=do][value=spam]").click();
    await page.getByText("Tickets changed.").waitFor();
    await go("/inbox?status=spam");
    await page.getByRole("link", { name: "The kettle leaks" }).click();
    await page.locator("#status").selectOption("not_spam");
    await page.locator("header").getByRole("button", { name: "Save" }).click();
    await page.getByText("Ticket changed.").waitFor();
  },
  async "a ticket by hand"() {
    await go("/tickets/new");
    await page.locator("#email").fill("rainer@mail.example");
    await page.locator("#subject").fill("Called about the lid");
    await page.locator("textarea#text").fill("He called and asked for a new lid.");
    await page.locator("button[value=record]").click();
    await heading("Called about the lid");
  },
  async "what a customer forwards is not folded away"() {
    await lethe.mail("paul@mail.example", "From: Paul Partner <paul@mail.example>\nTo: support@brightwater.example\nSubject: Fwd: Tap\nMessage-ID: <fwd@mail.example>\n\nPlease help her.\n\n---------- Forwarded message ---------\nFrom: Greta Winter <greta@mail.example>\nDate: Fri, 20 Nov 2026 10:12:00 +0000\nSubject: Tap\nTo: <paul@mail.example>\n\nThe tap drips since Monday.\n");
    await until("/inbox", "Fwd: Tap");
    await page.getByRole("link", { name: "Fwd: Tap" }).click();
    await page.getByText("The tap drips since Monday.").waitFor();
  },
  async "search and people"() {
    await until("/search?q=wombatfrage", "The kettle leaks");
    await go("/people?q=Sofia");
    await page.getByRole("link", { name: "Sofia Lindt" }).click();
    await heading("Sofia Lindt");
    person = new URL(page.url()).pathname;
    await page.getByRole("link", { name: "Correct" }).click();
    await page.locator("#name").fill("Sofia Linden");
    await press("Save");
    await heading("Sofia Linden");
  },
  async "a rule"() {
    await go("/retention/rules/new");
    await page.locator("#name").fill("General");
    await page.locator("#days").fill("30");
    await page.locator("#confirm").fill("0");
    await press("Save and turn on");
    await page.getByText("Rule saved and turned on.").waitFor();
  },
  async "an erasure with its certificate"() {
    await go(`${person}/erase`);
    await page.locator("#confirm").fill("wrong");
    await page.locator("input[name=open_tickets][value=close]").check();
    await press("Erase person");
    await page.locator("#confirm-e").waitFor();
    await page.locator("#confirm").fill("SL");
    await page.locator("input[name=open_tickets][value=close]").check();
    await press("Erase person");
    await page.getByRole("link", { name: "See the certificate" }).click();
    await page.getByText("Verified just now").waitFor();
    assert.equal((await go(ticket)).status(), 410);
  },
  async "a session that ends in the middle of a form costs no word"() {
    const words = "She called again about the same kettle,\nand wants a new lid with it.";
    await go("/tickets/new");
    await page.locator("#email").fill("nora@mail.example");
    await page.locator("#subject").fill("Called once more");
    await page.locator("textarea#text").fill(words);
    await page.context().clearCookies();
    await page.locator("button[value=record]").click();
    await heading("You were signed out");
    assert.equal(await page.getByLabel("What you typed").inputValue(), words);
    const [tab] = await Promise.all([page.context().waitForEvent("page"), page.getByRole("link", { name: "Sign in in a new tab" }).click()]);
    await tab.locator("#email").fill("marta@example.org");
    await tab.locator("#password").fill("correct horse battery");
    await tab.getByRole("button", { name: "Sign in", exact: true }).click();
    await tab.getByRole("heading", { name: "Inbox", level: 1 }).waitFor();
    await tab.close();
    await press("Go on");
    await heading("Send it once more");
    await press("Send it");
    await heading("Called once more");
    await page.getByText("and wants a new lid with it.").waitFor();
  },
  async "signing out"() {
    await go("/settings/me");
    await page.locator("main").getByRole("button", { name: "Sign out" }).click();
    await heading("Sign in");
    await go("/inbox");
    await heading("Sign in");
  },
};

const good = await tell(steps, problems);
await browser.close();
await lethe.remove();
process.exit(good ? 0 : 1);
