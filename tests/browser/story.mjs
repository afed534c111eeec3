// The product's story in a browser, from the link that `lethe init` prints to the certificate of an erasure: each page is
// looked at on a desk and on a phone, light and dark.
//
//   LETHE_BIN=build/dev/lethe node tests/browser/story.mjs
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { audit, Installation, launch, tell, watched } from "./harness.mjs";

const problems = [];
const lethe = await Installation.make();
const browser = await launch();
const desk = await watched(browser, {}, problems);
const page = await desk.newPage();
let jonas;
let ticket = "";
let person = "";
let certificate = "";

const go = (path, where = page) => where.goto(`${lethe.base}${path}`);
const press = (name, where = page) => where.getByRole("button", { name, exact: true }).click();
const look = (name) => audit(page, name, problems);
const heading = (name, where = page) => where.getByRole("heading", { name, level: 1 }).waitFor();
const pixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==";

const first = `From: Sofia Lindt <sofia.l@mail.example>
To: support@brightwater.example
Subject: The kettle leaks
Message-ID: <one@mail.example>
Date: Sat, 21 Nov 2026 10:00:00 +0000

Good morning,

the kettle leaks at the spout since yesterday. Wombatfrage.

Sofia
`;
const html = `From: Rainer Holz <rainer@mail.example>
To: support@brightwater.example
Subject: Picture of the lid
Message-ID: <two@mail.example>
Date: Sat, 21 Nov 2026 10:01:00 +0000
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="outer"

--outer
Content-Type: multipart/related; boundary="inner"

--inner
Content-Type: text/html; charset=utf-8

<p>See the <b>lid</b>: <img src="cid:lid@mail" alt="the lid"></p>
<p><img src="https://tracker.example/one.png" width="200" height="80" alt="ad"></p><script>top.location = "https://evil.example"</script>
--inner
Content-Type: image/png
Content-ID: <lid@mail>
Content-Disposition: inline; filename="lid.png"
Content-Transfer-Encoding: base64

${pixel}
--inner--
--outer
Content-Type: text/plain; name="invoice.txt"
Content-Disposition: attachment; filename="invoice.txt"

Invoice 4711
--outer--
`;

const steps = {
  async "the link of init leads to the first run, and a wrong second copy is refused beside its field"() {
    await go(`/join/${lethe.token}`);
    await heading("Set up Lethe");
    await look("first-run");
    await page.getByLabel("Name, as customers know it").fill("Brightwater");
    await page.getByRole("textbox", { name: "Name", exact: true }).fill("Marta Ruiz");
    await page.locator("#password").fill("correct horse battery");
    await page.locator("#replica").fill("relative/path");
    await page.locator("input[value=path]").check();
    await press("Start");
    await page.locator("#replica-e").waitFor();
  },
  async "declining the second copy leads to an empty inbox under a standing reminder"() {
    await page.locator("#password").fill("correct horse battery");
    await page.locator("input[value=none]").check();
    await press("Start");
    await page.getByRole("heading", { name: "Ready for the first mail" }).waitFor();
    await page.getByText("The keys have no second copy").waitFor();
    await look("inbox-empty");
  },
  async "the link works once"() {
    const response = await go(`/join/${lethe.token}`);
    assert.equal(response.status(), 404);
    await heading("This link no longer works");
  },
  async "a mail appears in the open inbox without loading the page again"() {
    await go("/inbox");
    await page.getByRole("heading", { name: "Ready for the first mail" }).waitFor();
    await lethe.mail("sofia.l@mail.example", first);
    await page.getByRole("link", { name: "The kettle leaks" }).waitFor();
    await look("inbox");
  },
  async "the ticket shows the message, the person and when it goes"() {
    await page.getByRole("link", { name: "The kettle leaks" }).click();
    await heading("The kettle leaks");
    ticket = new URL(page.url()).pathname;
    await page.getByText("leaks at the spout").waitFor();
    await page.getByRole("heading", { name: "Sofia Lindt" }).waitFor();
    await look("ticket");
  },
  async "a draft is kept while typing and the preview shows Markdown"() {
    const saved = page.waitForResponse((response) => response.url().endsWith("/draft"));
    await page.locator("#text").fill("Dear Sofia, a **new spout** is on its way.");
    await saved;
    await page.locator("#draft-state", { hasText: "Draft saved" }).waitFor();
    await press("Preview");
    await page.locator("#reply-preview b, #reply-preview strong", { hasText: "new spout" }).waitFor();
    await page.reload();
    assert.match(await page.locator("#text").inputValue(), /new spout/);
  },
  async "two windows of one agent lose no word of each other's draft"() {
    const other = await desk.newPage();
    await go(ticket, other);
    await page.locator("#text").fill("Dear Sofia, a **new spout** is on its way. Written here.");
    await page.waitForResponse((response) => response.url().endsWith("/draft"));
    await other.locator("#text").fill("Written there.");
    await other.getByText("another window of yours has a newer draft").waitFor();
    await press("Keep both", other);
    await other.getByText("Draft saved.").waitFor();
    const both = (await other.locator("#text").inputValue()).replaceAll("\r\n", "\n");
    assert.equal(both, "Written there.\n\nDear Sofia, a **new spout** is on its way. Written here.");
    await other.close();
    await page.reload();
    await page.locator("#text").fill("Dear Sofia, a **new spout** is on its way.");
    await page.waitForResponse((response) => response.url().endsWith("/draft") && response.status() === 200);
  },
  async "a reply can be taken back within ten seconds and comes back as a draft"() {
    await press("Send");
    await page.getByText("Not sent yet").waitFor();
    await press("Undo");
    await page.getByText("Taken back").waitFor();
    assert.match(await page.locator("#text").inputValue(), /new spout/);
    assert.ok(!lethe.sink.holds("new spout"));
  },
  async "a reply leaves as mail, in text and HTML, with an address that leads back"() {
    await press("Send");
    await page.getByText("Not sent yet").waitFor();
    let mail = await lethe.sink.next();
    while (!mail.text.includes("new spout")) mail = await lethe.sink.next();
    assert.deepEqual(mail.recipients, ["sofia.l@mail.example"]);
    assert.match(mail.text, /multipart\/alternative/);
    const head = mail.text.split("\r\n\r\n")[0].replaceAll(/\r\n[ \t]+/g, " ");
    const message = /^Message-ID: (\S+)/im.exec(head)[1];
    const address = /reply\+[^@\s<>]+@[^\s<>]+/i.exec(head)[0];
    await lethe.mail("sofia.l@mail.example", `From: Sofia Lindt <sofia.l@mail.example>\nTo: ${address}\nSubject: Re: The kettle leaks\nIn-Reply-To: ${message}\nMessage-ID: <three@mail.example>\nDate: Sat, 21 Nov 2026 10:20:00 +0000\n\nIt arrived, thank you.\n`);
    await page.getByText("It arrived, thank you.").waitFor();
  },
  async "a note stays inside, and properties are kept"() {
    await page.locator("input[name=kind][value=note]").check({ force: true });
    await page.locator("#text").fill("She is a friend of the house.");
    await press("Send");
    await page.getByText("Note added.").waitFor();
    await page.getByLabel("Tags").fill("kettles");
    await page.locator("aside").getByRole("button", { name: "Save" }).click();
    await page.getByText("Ticket changed.").waitFor();
    assert.equal(await page.getByLabel("Tags").inputValue(), "kettles");
    await page.locator("#assignee").selectOption({ label: "Marta Ruiz" });
    await page.getByText("Marta Ruiz assigned it to Marta Ruiz").waitFor();
  },
  async "closing and reopening are said in the conversation"() {
    await page.locator("#status").selectOption("closed");
    await page.getByText("set the status to Closed").waitFor();
    await page.locator("#status").selectOption("open");
    await page.getByText("set the status to Open").waitFor();
  },
  async "an invited colleague comes in by the link of the mail"() {
    await go("/settings/agents");
    await look("settings-agents");
    await page.locator("#email").fill("jonas@example.org");
    await page.locator("form.body #name").fill("Jonas Weber");
    await press("Invite");
    await page.getByText("Invited.").waitFor();
    let mail = await lethe.sink.next();
    while (!mail.recipients.includes("jonas@example.org")) mail = await lethe.sink.next();
    const token = /\/join\/([\w-]+)/.exec(mail.text.replaceAll("=\r\n", ""))[1];
    const other = await watched(browser, {}, problems);
    jonas = await other.newPage();
    await go(`/join/${token}`, jonas);
    await jonas.locator("#password").fill("another long password");
    await jonas.locator("#again").fill("another long password");
    await press("Set password", jonas);
    await heading("Inbox", jonas);
    for (const name of ["Settings", "Retention", "Erasures"]) {
      assert.equal(await jonas.getByRole("link", { name, exact: true }).count(), 0, name);
    }
    assert.equal((await jonas.goto(`${lethe.base}/settings`)).status(), 403);
    assert.equal((await jonas.goto(`${lethe.base}/retention`)).status(), 403);
  },
  async "who is writing is seen by the others"() {
    await go(ticket);
    await go(ticket, jonas);
    await jonas.locator("#text").fill("Hello Sofia,");
    await page.getByText("Jonas Weber is writing a reply").waitFor();
    await jonas.locator("#text").fill("");
    await page.getByText("Jonas Weber is writing a reply").waitFor({ state: "hidden" });
  },
  async "a reply over an unseen answer is stopped and both texts are shown"() {
    await jonas.locator("#text").fill("We send a voucher as well.");
    await press("Send", jonas);
    await jonas.getByText("Not sent yet").waitFor();
    await page.locator("#text").fill("Nothing more to do, I think.");
    await press("Send");
    await page.getByRole("heading", { name: "Jonas Weber answered while you were writing" }).waitFor();
    await page.locator(".collision").getByText("We send a voucher as well.").waitFor();
    assert.equal(await page.locator("#yours").inputValue(), "Nothing more to do, I think.");
    await look("collision");
    await press("Discard");
    await page.getByText("Discarded.").waitFor();
  },
  async "HTML is shown in its frame, remote pictures are counted and not loaded, inline ones are"() {
    await lethe.mail("rainer@mail.example", html);
    await go("/inbox");
    await page.getByRole("link", { name: "Picture of the lid" }).click();
    await page.getByRole("link", { name: "Show HTML" }).click();
    const frame = page.frameLocator("iframe.mail-frame");
    await frame.getByText("1 remote image is not loaded").waitFor();
    const lid = frame.getByRole("img", { name: "the lid" });
    await lid.waitFor();
    const address = await lid.evaluate(async (image) => { await image.decode(); return image.src; });
    assert.match(address, /\/inline\//);
    assert.equal((await page.request.get(address)).status(), 404, "the address works once");
    assert.equal(await page.locator("iframe.mail-frame").getAttribute("sandbox"), "allow-popups allow-popups-to-escape-sandbox");
    await look("ticket-html");
  },
  async "an attachment is saved, never shown"() {
    const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: "invoice.txt" }).click()]);
    assert.equal(download.suggestedFilename(), "invoice.txt");
  },
  async "people are listed, found and exported"() {
    await go("/people");
    await page.getByRole("link", { name: "Sofia Lindt" }).waitFor();
    await look("people");
    await page.getByRole("link", { name: "Sofia Lindt" }).click();
    await heading("Sofia Lindt");
    person = new URL(page.url()).pathname;
    await look("person");
    const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: "Export" }).click()]);
    assert.match(download.suggestedFilename(), /^person-\d+\.json$/);
  },
  async "a word of a message is found, a word nobody wrote is not"() {
    await page.waitForFunction(async () => (await (await fetch("/search?q=wombatfrage")).text()).includes("The kettle leaks"), null, { polling: 200 });
    await go("/search?q=wombatfrage");
    await page.getByRole("link", { name: "The kettle leaks" }).waitFor();
    await look("search");
    await go("/search?q=platypus");
    await page.getByText("Nothing found").waitFor();
  },
  async "a rule is written as a sentence, shows what it would do while it is typed, and is turned on with its number"() {
    await go("/retention");
    await heading("Retention");
    await look("retention");
    await page.getByRole("link", { name: "New rule" }).click();
    await page.getByRole("textbox", { name: "Name" }).fill("General");
    const answered = page.waitForResponse((response) => response.url().endsWith("/retention/preview"));
    await page.locator("#days").fill("30");
    assert.equal((await answered).status(), 200);
    await page.locator("#preview .chart").waitFor();
    await look("rule");
    await page.locator("#confirm").fill("99");
    await press("Save and turn on");
    await page.locator("#confirm-e").waitFor();
    await page.locator("#confirm").fill("0");
    await press("Save and turn on");
    await page.getByText("Rule saved and turned on.").waitFor();
    await go(ticket);
    await page.getByText("if it is closed today").waitFor();
  },
  async "a dry run explains, a run runs, the policy is kept"() {
    await go("/retention");
    await press("Dry run");
    await heading("Dry run");
    await look("dry-run");
    await press("Run now…");
    await heading("Retention run");
    await go("/retention/policy");
    await look("policy");
    await page.locator("input[name=keep_contact][value='1']").check();
    await press("Save");
    await page.getByText("It applies to all rules").waitFor();
  },
  async "a hold stands in the way of an erasure until it is lifted"() {
    await go(person);
    await page.getByRole("link", { name: "Put on hold…" }).first().click();
    await look("new-hold");
    await page.locator("input[name=ground][value='art-17-3-e']").check();
    await page.locator("#note").fill("claim pending");
    await press("Put on hold");
    await page.getByText("On hold. No rule").waitFor();
    await page.getByRole("link", { name: "Erase person…" }).click();
    await page.getByText("A hold stands in the way").waitFor();
    await go("/holds");
    await look("holds");
    await page.getByRole("button", { name: /^Lift/ }).click();
    await page.getByText("The hold was lifted.").waitFor();
  },
  async "erasing a person shows first what goes, wants the initials typed, and ends with a certificate"() {
    await go(`${person}/erase`);
    await heading("Erase Sofia Lindt?");
    await look("erase-preview");
    await page.locator("#confirm").fill("SL");
    await page.locator("input[name=open_tickets][value=close]").check();
    await press("Erase person");
    await page.getByText("Erased.", { exact: false }).first().waitFor();
    await look("erasure");
    await page.getByRole("link", { name: "See the certificate" }).click();
    await heading("Certificate of erasure");
    await page.getByText("Verified just now").waitFor();
    await look("certificate");
    assert.ok(!(await page.locator("article.sheet").textContent()).includes("Sofia"));
    certificate = new URL(page.url()).pathname;
  },
  async "nothing of the erased is found, and the ticket is a shell"() {
    assert.equal((await go(person)).status(), 404);
    assert.equal((await go(ticket)).status(), 410);
    await page.getByText("The content of this ticket was erased").waitFor();
    await look("shell");
    await go("/search?q=wombatfrage");
    await page.getByText("Nothing found").waitFor();
  },
  async "the certificate is checked with the binary and the public key alone"() {
    const file = await (await page.request.get(`${lethe.base}${certificate}/file`)).body();
    const key = await (await page.request.get(`${lethe.base}/ledger/key`)).text();
    writeFileSync(join(lethe.home, "x.lethe-certificate"), file);
    writeFileSync(join(lethe.home, "lethe.key"), key);
    execFileSync(lethe.binary, ["certificate", "verify", join(lethe.home, "x.lethe-certificate"), "--key", join(lethe.home, "lethe.key")]);
    await go("/certificates");
    await look("certificates");
    await go("/erasures");
    await look("erasures");
  },
  async "settings: lists, addresses, the way out, keys, my own"() {
    await go("/settings");
    await look("settings");
    await go("/settings/lists");
    await page.locator("#group").fill("Customer care");
    await page.locator("#group + button").click();
    await page.locator("input[value='Customer care']").waitFor();
    await look("settings-lists");
    await go("/settings/mail");
    await page.locator("#address").fill("help@brightwater.example");
    await press("Add");
    await page.locator("main a", { hasText: "help@brightwater.example" }).waitFor();
    await press("Try the connection");
    await page.getByText("The server takes our mail.").waitFor();
    await look("settings-mail");
    await go("/settings/keyring");
    await look("settings-keyring");
    await page.locator("#replica").fill(lethe.second);
    await press("Save");
    await page.getByText("The second copy is made at the next start.").waitFor();
    await go("/settings/me");
    await look("settings-me");
    await page.locator("#language").selectOption("de");
    await page.locator("button[value=save]").click();
    assert.equal(await page.locator("html").getAttribute("lang"), "de");
    await look("settings-me-de");
    await page.locator("#language").selectOption("en");
    await page.locator("button[value=save]").click();
  },
  async "after the next start the second copy is there and the reminder is gone"() {
    await page.goto("about:blank");
    await jonas.goto("about:blank");
    await lethe.stop();
    await lethe.start();
    await go("/inbox");
    await heading("Inbox");
    assert.equal(await page.getByText("The keys have no second copy").count(), 0);
  },
  async "what is public needs no sign-in, and everything else leads to it and back"() {
    const stranger = await (await watched(browser, {}, problems)).newPage();
    await go("/privacy", stranger);
    await heading("Privacy notice", stranger);
    await audit(stranger, "privacy", problems);
    for (const path of ["/healthz", "/readyz", "/ledger/checkpoint", "/ledger/key"]) {
      assert.equal((await stranger.request.get(`${lethe.base}${path}`)).status(), 200, path);
    }
    assert.equal((await stranger.request.get(`${lethe.base}/ledger/%2e%2e/lethe.toml`)).ok(), false);
    await go("/people", stranger);
    await heading("Sign in", stranger);
    await audit(stranger, "sign-in", problems);
    await stranger.locator("#email").fill("marta@example.org");
    await stranger.locator("#password").fill("wrong, surely");
    await press("Sign in", stranger);
    await stranger.locator("#password-e").waitFor();
    await stranger.locator("#password").fill("correct horse battery");
    await press("Sign in", stranger);
    await heading("People", stranger);
    await go("/sign-in?back=//evil.example/", stranger);
    await stranger.locator("#email").fill("marta@example.org");
    await stranger.locator("#password").fill("correct horse battery");
    await press("Sign in", stranger);
    await heading("Inbox", stranger);
    const { headers } = await stranger.request.post(`${lethe.base}/theme`, { form: { theme: "dark", form_token: "guessed" }, maxRedirects: 0 }).then((response) => ({ headers: response.status() }));
    assert.equal(headers, 403);
  },
};

const good = await tell(steps, problems);
if (!good && page.url() !== "about:blank" && process.env.SHOTS) await page.screenshot({ path: join(process.env.SHOTS, "failed.png"), fullPage: true });
await browser.close();
await lethe.remove();
process.exit(good ? 0 : 1);
