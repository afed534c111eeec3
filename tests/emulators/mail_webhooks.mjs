// Stands in for the services that post mail: Postmark inbound, Mailgun routes, SendGrid Inbound
// Parse, each with its own signature and its own rules of when it comes again.
//
//   node mail_webhooks.mjs postmark|mailgun|sendgrid < job.json
//
// A job: {url, ...what to post}. Printed: one JSON line, {tries: [{minute, status}], outcome}.
// Time is virtual: a retry after an hour is made at once and says minute 60. `down_until` is the
// minute before which the tries meet nobody.

import {createHmac, createSign, createPrivateKey, randomBytes} from 'node:crypto';
import {readFileSync} from 'node:fs';
import http from 'node:http';

const MINUTES = {
  postmark: [1, 5, 10, 10, 10, 15, 30, 60, 120, 360],
  mailgun: [10, 10, 15, 30, 60, 120, 240],
  sendgrid: [5, 10, 20, 60, 120, 240, 480, 960, 1440],
};
const VERDICT = {
  postmark: (status) => (status === 200 ? 'done' : status === 403 ? 'stopped' : 'again'),
  mailgun: (status) => (status === 200 ? 'done' : status === 406 ? 'stopped' : 'again'),
  sendgrid: (status) =>
    status >= 200 && status < 300 ? 'done' : status >= 400 && status < 500 ? 'stopped' : 'again',
};

function post(url, headers, body) {
  return new Promise((resolve) => {
    const request = http.request(url, {method: 'POST', headers: {...headers, 'Content-Length': body.length}},
      (answer) => {
        answer.resume();
        answer.on('end', () => resolve(answer.statusCode));
        answer.on('error', () => resolve(0));
      });
    request.on('error', () => resolve(0));
    request.end(body);
  });
}

function formOf(fields, files, boundary) {
  const pieces = [];
  const part = (head, content) => pieces.push(Buffer.from(`--${boundary}\r\n${head}\r\n\r\n`), content, Buffer.from('\r\n'));
  for (const [name, value] of Object.entries(fields)) {
    const content = typeof value === 'string' ? Buffer.from(value) : Buffer.from(value.base64, 'base64');
    part(`Content-Disposition: form-data; name="${name}"`, content);
  }
  for (const file of files) {
    part(`Content-Disposition: form-data; name="${file.field}"; filename="${file.name}"\r\n` +
         `Content-Type: ${file.type}`, Buffer.from(file.base64, 'base64'));
  }
  pieces.push(Buffer.from(`--${boundary}--\r\n`));
  return Buffer.concat(pieces);
}

// What one try sends; made anew for each, as the services sign each try.
const MAKE = {
  postmark(job) {
    const headers = {'Content-Type': 'application/json; charset=utf-8', 'User-Agent': 'Postmark'};
    if (job.user !== undefined) {
      headers.Authorization = 'Basic ' + Buffer.from(`${job.user}:${job.password}`).toString('base64');
    }
    return [headers, Buffer.from(job.text ?? JSON.stringify(job.message))];
  },

  mailgun(job, now) {
    const timestamp = String(job.timestamp ?? Math.floor(now / 1000));
    const token = job.token ?? randomBytes(25).toString('hex');
    const signature = createHmac('sha256', job.key).update(timestamp + token).digest('hex');
    const fields = {...job.fields, timestamp, token, signature: job.signature ?? signature};
    if (job.files?.length) {
      const boundary = 'mailgun' + String(now);
      return [{'Content-Type': `multipart/form-data; boundary=${boundary}`}, formOf(fields, job.files, boundary)];
    }
    return [{'Content-Type': 'application/x-www-form-urlencoded'}, Buffer.from(new URLSearchParams(fields).toString())];
  },

  sendgrid(job, now) {
    const boundary = 'xYzZY';
    const body = formOf(job.fields, job.files ?? [], boundary);
    const headers = {'Content-Type': `multipart/form-data; boundary=${boundary}`};
    if (job.private_key) {
      const timestamp = String(job.timestamp ?? Math.floor(now / 1000));
      const signer = createSign('sha256');
      signer.update(timestamp).update(body);
      headers['X-Twilio-Email-Event-Webhook-Timestamp'] = timestamp;
      headers['X-Twilio-Email-Event-Webhook-Signature'] =
        job.signature ?? signer.sign(createPrivateKey(job.private_key)).toString('base64');
    }
    return [headers, body];
  },
};

const service = process.argv[2];
const job = JSON.parse(readFileSync(0, 'utf8'));
const tries = [];
let minute = 0;
let outcome = 'given up';
for (const gap of [...MINUTES[service].slice(0, job.tries_max ?? Infinity), null]) {
  const [headers, body] = MAKE[service](job, Date.now());
  const down = job.down_until !== undefined && minute < job.down_until;
  const cut = job.cut ? body.subarray(0, job.cut) : body;
  const status = down ? 0 : await post(job.url, headers, cut);
  tries.push({minute, status});
  const verdict = VERDICT[service](status);
  if (verdict !== 'again') {
    outcome = verdict;
    break;
  }
  if (gap === null) break;
  minute += gap;
}
console.log(JSON.stringify({tries, outcome}));
