// Jira Cloud REST v3 (https://developer.atlassian.com/cloud/jira/platform/rest/v3/), as much as a relay needs.
import { complain, formOf, secret, serve } from "./common.mjs";

const issues = [];
const UPLOAD_MAX = 10_485_760;

const refuse = (errors) => ({ status: 400, body: { errorMessages: [], errors } });

// ADF: only what a relay writes is allowed, so that nothing else slips through.
function isDocument(node) {
  return node?.type === "doc" && node.version === 1 && Array.isArray(node.content) &&
    node.content.every((one) => one.type === "paragraph" &&
      (one.content ?? []).every((text) => text.type === "text" && typeof text.text === "string" && text.text !== ""));
}

function create({ headers, body }) {
  if (headers["content-type"] !== "application/json") complain("content type");
  const { fields } = JSON.parse(body);
  if (!isDocument(fields.description)) return refuse({ description: "Operation value must be an Atlassian Document" });
  if (JSON.stringify(fields.description).length > 32767) return refuse({ description: "CONTENT_LIMIT_EXCEEDED" });
  if (!fields.summary || fields.summary.length > 255) return refuse({ summary: "You must specify a summary" });
  if (fields.project?.key !== "DESK") return refuse({ project: "valid project is required" });
  if (fields.labels?.some((label) => /\s/.test(label))) return refuse({ labels: "no spaces" });
  const issue = { id: String(10000 + issues.length), key: `DESK-${issues.length + 1}`, fields, attachments: [] };
  issues.push(issue);
  return { status: 201, body: { id: issue.id, key: issue.key, self: `https://x/${issue.id}` } };
}

function attach(issue, { headers, body }) {
  if (headers["x-atlassian-token"] !== "no-check") return { status: 403, body: "XSRF check failed" };
  const parts = formOf(headers, body);
  if (!parts?.length) return complain("no form"), refuse({});
  if (parts.some((part) => part.content.length > UPLOAD_MAX)) return { status: 413, body: "" };
  for (const part of parts) issue.attachments.push({ name: part.filename, size: part.content.length });
  return { status: 200, body: parts.map((part) => ({ filename: part.filename })) };
}

function search({ query }) {
  const label = /^project = "DESK" AND labels = "([^"]+)"$/.exec(query.get("jql") ?? "")?.[1];
  if (!label) return complain(`jql ${query.get("jql")}`), refuse({});
  const found = issues.filter((one) => one.fields.labels.includes(label));
  return { status: 200, body: { isLast: true, issues: found.map(({ id, key, attachments }) =>
    ({ id, key, fields: { attachment: attachments } })) } };
}

function handle(request) {
  const { method, path, headers } = request;
  if (headers.authorization !== `Basic ${Buffer.from(secret).toString("base64")}`) return { status: 401, body: "" };
  if (method === "POST" && path === "/rest/api/3/issue") return create(request);
  if (method === "GET" && path === "/rest/api/3/search/jql") return search(request);
  if (method === "GET" && path === "/rest/api/3/attachment/meta") {
    return { status: 200, body: { enabled: true, uploadLimit: UPLOAD_MAX } };
  }
  const key = /^\/rest\/api\/3\/issue\/([^/]+)\/attachments$/.exec(path)?.[1];
  const issue = issues.find((one) => one.key === key);
  if (method === "POST" && issue) return attach(issue, request);
  complain(`${method} ${path}`);
  return { status: 404, body: { errorMessages: ["no"], errors: {} } };
}

serve({ handle, state: () => issues });
