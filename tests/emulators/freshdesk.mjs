// Freshdesk API v2 (https://developers.freshdesk.com/api/), as much as a relay needs.
import { complain, formOf, secret, serve } from "./common.mjs";

const tickets = new Map();
const FIELDS = new Set(["email", "name", "subject", "description", "status", "priority", "group_id", "type",
                        "tags[]", "cc_emails[]", "attachments[]"]);
const NOTE_FIELDS = new Set(["body", "incoming", "private", "attachments[]"]);
const QUERY = new Set(["email", "updated_since", "include", "order_by", "order_type", "per_page", "page"]);
const GROUPS = new Set(["7"]);
const REFUSED_MAX = 20 * 1000 * 1000;
let next = 1001;

const invalid = (field, code) =>
  ({ status: 400, body: { description: "Validation failed", errors: [{ field, message: "It should be valid", code }] } });
const missing = { status: 404, body: "", type: "text/html" };

function isSignedIn(headers) {
  const [user] = Buffer.from((headers.authorization ?? "").replace(/^Basic /, ""), "base64").toString().split(":");
  return user === secret;
}

function valuesOf(parts, known) {
  const values = { attachments: [] };
  for (const part of parts) {
    if (!known.has(part.name)) complain(`field ${part.name}`);
    if (part.name === "attachments[]") values.attachments.push({ name: part.filename, size: part.content.length });
    else if (part.name.endsWith("[]")) (values[part.name.slice(0, -2)] ??= []).push(part.content.toString());
    else values[part.name] = part.content.toString();
  }
  return values;
}

function create({ headers, body }) {
  const parts = formOf(headers, body);
  if (!parts) return complain("no form"), invalid("body", "invalid_json");
  const values = valuesOf(parts, FIELDS);
  if (values.attachments.reduce((sum, file) => sum + file.size, 0) > REFUSED_MAX) return { status: 413, body: "" };
  for (const field of ["email", "subject", "description", "status", "priority"]) {
    if (!values[field]) return invalid(field, "missing_field");
  }
  for (const field of ["subject", "name"]) {
    if ((values[field] ?? "").length > 255) return invalid(field, "too_long");
  }
  if (values.group_id && !GROUPS.has(values.group_id)) return invalid("group_id", "invalid_value");
  if (!/^[^@\s]+@[^@\s]+$/.test(values.email)) return invalid("email", "invalid_value");
  const now = new Date().toISOString();
  const ticket = { id: next++, ...values, conversations: [], created_at: now, updated_at: now };
  tickets.set(ticket.id, ticket);
  return { status: 201, body: { id: ticket.id, subject: ticket.subject } };
}

function list({ query }) {
  for (const name of query.keys()) if (!QUERY.has(name)) complain(`parameter ${name}`);
  if (!query.get("updated_since")) complain("list without updated_since");
  const of = [...tickets.values()].filter((one) => one.email === query.get("email"));
  if (of.length === 0) return invalid("email", "invalid_value");
  const since = query.get("updated_since");
  const found = of.filter((one) => !one.deleted && new Date(one.updated_at) >= new Date(since)).reverse();
  const size = Number(query.get("per_page") ?? 30);
  const begin = (Number(query.get("page") ?? 1) - 1) * size;
  return { status: 200, body: found.slice(begin, begin + size)
    .map(({ id, subject, description, created_at }) => ({ id, subject, description, created_at })) };
}

function note(ticket, { headers, body }) {
  const parts = formOf(headers, body);
  if (!parts) return complain("no form"), invalid("body", "invalid_json");
  const values = valuesOf(parts, NOTE_FIELDS);
  if (!values.body) return invalid("body", "missing_field");
  ticket.conversations.push({ id: next++, ...values });
  return { status: 201, body: { id: next - 1, ticket_id: ticket.id } };
}

function handle(request) {
  const { method, path, headers } = request;
  if (!isSignedIn(headers)) return { status: 401, body: { code: "invalid_credentials", message: "no" } };
  if (method === "POST" && path === "/api/v2/tickets") return create(request);
  if (method === "GET" && path === "/api/v2/tickets") return list(request);
  const [, id, what] = /^\/api\/v2\/tickets\/(\d+)\/(notes|conversations)$/.exec(path) ?? [];
  const ticket = tickets.get(Number(id));
  if (!what) complain(`${method} ${path}`);
  if (!what || !ticket) return missing;
  if (method === "POST" && what === "notes") return ticket.deleted ? { status: 405, body: "" } : note(ticket, request);
  return { status: 200, body: ticket.conversations };
}

function seed({ trash }) {
  for (const id of trash ?? []) tickets.get(id).deleted = true;
  return {};
}

serve({ handle, seed, state: () => [...tickets.values()] });
