// What the browser tests share: the real binary on free ports with its own data directory, mail in and out, pages with
// their checks. Nothing sleeps: every wait is for a condition.
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { chromium } from "playwright-core";

const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
export const patience = 30_000;

// A server that listens on this port, or null when somebody has it.
function listening(port) {
  return new Promise((done) => {
    const server = createServer().on("error", () => done(null));
    server.listen(port, "127.0.0.1", () => done(server));
  });
}

// As tests/e2e/lib/installation.py: ports below those that the kernel gives to clients. The first of each hundred is
// held while this process lives, so that suites beside one another, of either kind, take their own.
async function* ownPorts() {
  for (let first = 12_000; first < 32_000; first += 100) {
    const guard = await listening(first);
    if (!guard) continue;
    guard.unref();
    for (let port = first + 1; port < first + 100; ++port) yield port;
  }
}
const ports = ownPorts();

export async function freePort() {
  for (;;) {
    const { value: port, done } = await ports.next();
    if (done) throw new Error("no port is free");
    const server = await listening(port);
    if (!server) continue;
    await new Promise((closed) => server.close(closed));
    return port;
  }
}

// A mail server that takes everything (RFC 5321, just enough). `next()` gives each mail once, in order of arrival.
export async function mailSink() {
  const mails = [];
  const waiting = [];
  const arrived = (mail) => (waiting.length > 0 ? waiting.shift()(mail) : mails.push(mail));
  const server = createServer((socket) => {
    let reading = false;
    let text = "";
    let recipients = [];
    socket.write("220 sink ESMTP\r\n");
    socket.on("error", () => {});
    createInterface({ input: socket, crlfDelay: Infinity }).on("line", (line) => {
      if (reading) {
        if (line !== ".") return void (text += `${line.startsWith("..") ? line.slice(1) : line}\r\n`);
        reading = false;
        arrived({ recipients, text });
        [text, recipients] = ["", []];
        return socket.write("250 taken\r\n");
      }
      const verb = line.slice(0, 4).toUpperCase();
      if (verb === "EHLO") return socket.write("250-sink\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n");
      if (verb === "RCPT") recipients.push(/<(.*?)>/.exec(line)[1]);
      if (verb === "DATA") { reading = true; return socket.write("354 go on\r\n"); }
      if (verb === "QUIT") return socket.end("221 bye\r\n");
      return socket.write("250 ok\r\n");
    });
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  return {
    port: server.address().port,
    holds: (words) => mails.some((mail) => mail.text.includes(words)),
    next: () => (mails.length > 0 ? Promise.resolve(mails.shift()) : new Promise((done) => waiting.push(done))),
    close: () => server.close(),
  };
}

// Hands one mail to the server's door; resolves when it was answered 250.
export function sendMail(port, from, to, content) {
  return new Promise((done, refused) => {
    const socket = connect(port, "127.0.0.1").on("error", refused);
    const body = content.replaceAll("\r\n", "\n").split("\n").map((line) => (line.startsWith(".") ? `.${line}` : line)).join("\r\n");
    const script = ["EHLO test", `MAIL FROM:<${from}>`, `RCPT TO:<${to}>`, "DATA", `${body}\r\n.`, "QUIT"];
    createInterface({ input: socket, crlfDelay: Infinity }).on("line", (line) => {
      if (line[3] === "-") return;
      if (!/^[23]/.test(line)) return refused(new Error(`refused: ${line}`));
      if (script.length === 0) return done();
      socket.write(`${script.shift()}\r\n`);
    });
  });
}

export class Installation {
  static async make(binary = process.env.LETHE_BIN) {
    assert.ok(binary && existsSync(binary), "LETHE_BIN names the binary");
    const self = new Installation();
    self.binary = binary;
    self.home = mkdtempSync(join(tmpdir(), "lethe-browser-"));
    self.data = join(self.home, "var");
    self.second = join(self.home, "second-disk", "keyring");
    mkdirSync(join(self.home, "second-disk"));
    self.sink = await mailSink();
    [self.http, self.smtp] = [await freePort(), await freePort()];
    const link = execFileSync(binary, ["init", "--data", self.data, "--organisation", "Brightwater", "--admin", "marta@example.org"], { input: "", encoding: "utf8" });
    self.token = /\/join\/(\S+)/.exec(link)[1];
    appendFileSync(join(self.data, "lethe.toml"), `\n[submission]\nurl = "smtp://127.0.0.1:${self.sink.port}"\nfrom = "support@brightwater.example"\n`);
    await self.start();
    return self;
  }
  async start() {
    this.server = spawn(this.binary, ["serve", "--data", this.data, "--http", `127.0.0.1:${this.http}`, "--smtp", `127.0.0.1:${this.smtp}`], { stdio: ["ignore", "pipe", "pipe"] });
    this.log = "";
    this.server.stderr.on("data", (chunk) => (this.log += chunk));
    await new Promise((done, refused) => {
      this.server.once("exit", () => refused(new Error(`the server ended: ${this.log}`)));
      createInterface({ input: this.server.stdout }).on("line", (line) => line.startsWith("Mail:") && done());
    });
  }
  async stop() {
    if (this.server.exitCode !== null) return;
    this.server.removeAllListeners("exit");
    const ended = new Promise((done) => this.server.once("exit", done));
    this.server.kill("SIGTERM");
    await ended;
  }
  async remove() {
    await this.stop();
    this.sink.close();
    rmSync(this.home, { recursive: true, force: true });
  }
  get base() { return `http://127.0.0.1:${this.http}`; }
  mail(from, content) { return sendMail(this.smtp, from, "support@brightwater.example", content); }
}

export const launch = () => chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"] });

// A context whose pages report every broken policy and script error into `problems`.
export async function watched(browser, options, problems) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options });
  context.setDefaultTimeout(patience);
  context.on("console", (message) => {
    const text = message.text();
    const expected = /status of (4\d\d)/.test(text) || /sandbox/i.test(text);
    if (message.type() === "error" && !expected) problems.push(`console: ${text}`);
  });
  context.on("weberror", (error) => problems.push(`script: ${error.error().message}`));
  context.on("request", (request) => {
    const host = new URL(request.url()).hostname;
    if (!["127.0.0.1", ""].includes(host)) problems.push(`asked elsewhere: ${request.url()}`);
  });
  return context;
}

// axe-core and sideways scrolling, on a desk and on a phone, light and dark.
export async function audit(page, name, problems) {
  for (const [width, height] of [[1440, 900], [390, 844]]) {
    await page.setViewportSize({ width, height });
    for (const colorScheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      const sideways = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      if (sideways > 0) problems.push(`${name} ${width} ${colorScheme}: scrolls sideways by ${sideways}`);
      await page.evaluate(axeSource);
      const { violations } = await page.evaluate(() => globalThis.axe.run(document, { iframes: false }));
      for (const found of violations) {
        problems.push(`${name} ${width} ${colorScheme}: ${found.id}: ${found.nodes.map((node) => node.target.join(" ")).slice(0, 3).join(" | ")}`);
      }
    }
    if (process.env.SHOTS) await page.screenshot({ path: join(process.env.SHOTS, `${name}-${width}.png`), fullPage: true });
  }
  await page.emulateMedia({ colorScheme: "light" });
  await page.setViewportSize({ width: 1440, height: 900 });
}

// Runs named steps in order. What a page reports fails its step and the story goes on; a step that cannot be done ends it,
// since the next ones stand on it.
export async function tell(steps, problems) {
  const names = Object.keys(steps);
  let passed = 0;
  for (const [at, name] of names.entries()) {
    const before = problems.length;
    try {
      await steps[name]();
    } catch (error) {
      console.log(`FAILED: ${name}\n    ${error.message}`);
      for (const later of names.slice(at + 1)) console.log(`not run: ${later}`);
      break;
    }
    const found = problems.slice(before);
    if (found.length === 0) passed += 1;
    console.log(found.length === 0 ? `ok: ${name}` : `FAILED: ${name}\n    ${found.join("\n    ")}`);
  }
  console.log(`${passed} passed, ${names.length - passed} failed`);
  return passed === names.length;
}
