// What the emulators share: HTTPS with a test certificate, a journal of every
// request, faults by plan, a strict mode. Node's core modules only.
//
//   node NAME.mjs CERTIFICATE KEY SECRET      prints {"port": N} when it listens
//
//   POST /__emu/faults   [{match, times, share, status, delay, drop, cut, type}]
//                        match: a part of "METHOD /path"; drop: "before" or "after" the effect;
//                        share: of the matching requests, 0 to 1, drawn by a fixed row of numbers;
//                        cut: the answer's body ends in the middle, "chunked": before its last chunk;
//                        type: its content type
//   POST /__emu/seed     service's own
//   GET  /__emu/state    service's own
//   GET  /__emu/journal  [{method, path, status, fault}]
//   GET  /__emu/complaints  what strict mode found wrong

import fs from "node:fs";
import https from "node:https";
import { setTimeout as pause } from "node:timers/promises";

const [certificate, key, secret] = process.argv.slice(2);
const journal = [];
const complaints = [];
let faults = [];

export { secret };

export function complain(text) {
  complaints.push(text);
}

// Park and Miller's generator: the same draws in every run.
let drawn = 1;
function draw() {
  drawn = (drawn * 48271) % 2147483647;
  return drawn / 2147483647;
}

function isDue(fault, name) {
  if (fault.times === 0 || !name.includes(fault.match ?? "")) return false;
  return fault.share === undefined || draw() < fault.share;
}

function faultFor(name) {
  const fault = faults.find((one) => isDue(one, name));
  if (fault?.times > 0) fault.times -= 1;
  return fault ?? {};
}

function bodyOf(request) {
  return new Promise((resolve, reject) => {
    const pieces = [];
    request.on("data", (piece) => pieces.push(piece));
    request.on("end", () => resolve(Buffer.concat(pieces)));
    request.on("error", reject);
    request.on("aborted", () => reject(new Error("aborted")));
  });
}

function control(service, path, body) {
  const value = body.length > 0 ? JSON.parse(body) : null;
  switch (path) {
    case "/__emu/faults":
      faults = value;
      return {};
    case "/__emu/seed":
      return service.seed?.(value) ?? {};
    case "/__emu/state":
      return service.state();
    case "/__emu/journal":
      return journal;
    case "/__emu/complaints":
      return complaints;
    default:
      return { unknown: path };
  }
}

function send(response, answer, fault) {
  const content =
    typeof answer.body === "string" ? answer.body : answer.body === undefined ? "" : JSON.stringify(answer.body);
  const headers = { "Content-Type": fault.type ?? answer.type ?? "application/json", ...answer.headers };
  if (fault.cut) {
    const length = fault.cut === "chunked" ? {} : { "Content-Length": Buffer.byteLength(content) + 10 };
    response.writeHead(answer.status, { ...headers, ...length });
    response.write(content.slice(0, content.length / 2));
    setImmediate(() => response.socket?.destroy());
    return;
  }
  response.writeHead(answer.status, { ...headers, "Content-Length": Buffer.byteLength(content) });
  response.end(content);
}

// service: {handle({method, path, query, headers, body}) -> {status, body, type}, seed, state}
export function serve(service) {
  const options = { cert: fs.readFileSync(certificate), key: fs.readFileSync(key) };
  const server = https.createServer(options, async (request, response) => {
    const url = new URL(request.url, "https://emulator");
    let body;
    try {
      body = await bodyOf(request);
    } catch {
      return;
    }
    if (url.pathname.startsWith("/__emu/")) {
      send(response, { status: 200, body: control(service, url.pathname, body) }, {});
      return;
    }
    const fault = faultFor(`${request.method} ${url.pathname}`);
    const entry = { method: request.method, path: request.url, status: 0, fault: fault.match ?? null };
    journal.push(entry);
    if (fault.delay) await pause(fault.delay);
    if (fault.drop === "before") return request.socket.destroy();
    if (fault.status) {
      entry.status = fault.status;
      return send(response, { status: fault.status, body: fault.body ?? { message: "fault" },
                              headers: fault.headers }, fault);
    }
    const answer = service.handle({ method: request.method, path: url.pathname, query: url.searchParams,
                                    headers: request.headers, body });
    entry.status = answer.status;
    if (fault.drop === "after") return request.socket.destroy();
    send(response, answer, fault);
  });
  server.keepAliveTimeout = 30000;
  server.listen(0, "127.0.0.1", () => console.log(JSON.stringify({ port: server.address().port })));
}

// multipart/form-data: [{name, filename, type, content}], null when it is none.
export function formOf(headers, body) {
  const boundary = /^multipart\/form-data; boundary=(\S+)$/.exec(headers["content-type"] ?? "")?.[1];
  if (!boundary) return null;
  const parts = [];
  const mark = Buffer.from(`--${boundary}`);
  let at = body.indexOf(mark);
  while (at >= 0) {
    const begin = at + mark.length;
    if (body.slice(begin, begin + 2).toString() === "--") return parts;
    const next = body.indexOf(mark, begin);
    if (next < 0) return null;
    const part = body.slice(begin + 2, next - 2);
    const blank = part.indexOf("\r\n\r\n");
    const head = part.slice(0, blank).toString();
    parts.push({ name: /[; ]name="([^"]*)"/.exec(head)?.[1], filename: /filename="([^"]*)"/.exec(head)?.[1],
                 type: /Content-Type: (\S+)/i.exec(head)?.[1], content: part.slice(blank + 4) });
    at = next;
  }
  return null;
}
