/** A folder of a mailbox that the configuration names: `imap:support`, `imap:support/Answers`. */
export interface MailboxAddress {
  /** Name of the mailbox in the configuration. */
  readonly name: string;
  readonly folder: string;
}

/** One mail of it: with the folder's validity, the number under which it will never be another one (RFC 3501, 2.3.1.1). */
export interface MailAddress extends MailboxAddress {
  readonly validity: string;
  readonly uid: number;
}

const MAILBOX = /^imap:(?<name>[\w-]+)(?:\/(?<folder>.+))?$/u;
const MAIL = /^(?<root>imap:.+)\/(?<validity>\d+)\.(?<uid>\d+)\.eml$/u;
const INBOX = "INBOX";

/** Whether a source is a mailbox, or a mail of one. */
export function isMailbox(source: string): boolean {
  return MAILBOX.test(source);
}

/** Null when it is none. */
export function readMailbox(root: string): MailboxAddress | null {
  const { name, folder = INBOX } = MAILBOX.exec(root)?.groups ?? {};
  return name === undefined ? null : { name, folder };
}

/** Where a mail is found again; it names neither server nor person. */
export function mailSource({ name, folder, validity, uid }: MailAddress): string {
  return `imap:${name}/${folder}/${validity}.${uid}.eml`;
}

/** Null when it is no mail. */
export function readMail(source: string): MailAddress | null {
  const { root = "", validity = "", uid = "" } = MAIL.exec(source)?.groups ?? {};
  const mailbox = readMailbox(root);
  return mailbox === null ? null : { ...mailbox, validity, uid: Number(uid) };
}
