// A target of the signed webhook: it checks the signature and makes one ticket per idempotency key.
import { createHash, createHmac } from "node:crypto";
import { complain, secret, serve } from "./common.mjs";

const tickets = new Map();

function signatureOf(headers, body) {
  const mac = createHmac("sha256", secret);
  for (const name of ["lethe-timestamp", "idempotency-key", "lethe-envelope-from", "lethe-envelope-to"]) {
    mac.update(`${headers[name] ?? ""}\n`);
  }
  return `v1=${mac.update(body).digest("hex")}`;
}

function handle({ method, path, headers, body }) {
  if (method !== "POST" || path !== "/hook") {
    complain(`${method} ${path}`);
    return { status: 404, body: "", type: "text/html" };
  }
  if (headers["content-type"] !== "message/rfc822") complain("content type");
  if (headers["lethe-signature"] !== signatureOf(headers, body)) {
    complain("signature");
    return { status: 401, body: { message: "signature" } };
  }
  const key = headers["idempotency-key"];
  const subject = /^Subject: (.*)$/m.exec(body.toString("latin1"))?.[1]?.trim();
  const known = tickets.get(key);
  if (known) known.posts += 1;
  else {
    tickets.set(key, { subject, from: headers["lethe-envelope-from"], to: headers["lethe-envelope-to"],
                       bytes: body.length, sha256: createHash("sha256").update(body).digest("hex"), posts: 1 });
  }
  return { status: known ? 200 : 201, body: { id: tickets.size } };
}

serve({ handle, state: () => [...tickets.values()] });
