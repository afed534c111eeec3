// Reads one mail from stdin with nodemailer's mailparser and prints what it understood as JSON.
import { createHash } from 'node:crypto';
import { simpleParser } from 'mailparser';

const mail = await simpleParser(process.stdin, { skipImageLinks: true });
const addresses = (field) => (field?.value ?? []).map((mailbox) => mailbox.address);
const files = mail.attachments.map((file) => ({
  name: file.filename ?? '',
  type: file.contentType,
  contentId: file.cid ?? '',
  sha256: createHash('sha256').update(file.content).digest('hex'),
}));
console.log(JSON.stringify({
  subject: mail.subject, from: addresses(mail.from), to: addresses(mail.to), cc: addresses(mail.cc),
  messageId: mail.messageId, text: mail.text ?? '', html: mail.html || '', files,
}));
