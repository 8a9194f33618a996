import { FrontdeskError } from "../../../src/core/index.ts";
import type { DocumentRef, ReadOutcome, SourceListing } from "../../document.ts";
import { tooLarge } from "../faults.ts";
import { parseBytes } from "../parse-bytes.ts";
import { mailSource, readMail, readMailbox } from "./mailbox-address.ts";
import type { MailboxSessions, OpenFolder } from "./mailbox-sessions.ts";

/** Mails whose size and day are asked for at once. */
const ASKED_AT_ONCE = 200;

function addressOf(root: string) {
  const address = readMailbox(root);
  if (address !== null) return address;
  throw new FrontdeskError(
    "source_not_found",
    `${root} names no mailbox; write imap:NAME or imap:NAME/FOLDER, with a NAME of knowledge.mailboxes`,
  );
}

/**
 * Lists the mails of a folder, the newest when there are more than may be read.
 * @throws FrontdeskError `source_not_found`, `source_empty`, `source_unreadable`
 */
export async function listMailbox(
  root: string,
  call: {
    readonly sessions: MailboxSessions;
    readonly maxMails: number;
    readonly signal: AbortSignal;
  },
): Promise<SourceListing> {
  const address = addressOf(root);
  const { sessions, maxMails, signal } = call;
  return sessions.use(address, signal, async ({ client, validity }) => {
    const found = await client.search({ deleted: false }, { uid: true });
    const all = (Array.isArray(found) ? found : []).toSorted((left, right) => left - right);
    const uids = all.slice(-maxMails);
    const documents: DocumentRef[] = [];
    for (let at = 0; at < uids.length; at += ASKED_AT_ONCE) {
      signal.throwIfAborted();
      documents.push(...(await refsOf(uids.slice(at, at + ASKED_AT_ONCE))));
    }
    const left = all.length - uids.length;
    const reason = `has ${left} more, older mails; ${maxMails} are read, and --max-pages sets how many`;
    return {
      isContainer: true,
      documents,
      refused: left > 0 ? [{ source: root, reason }] : [],
    };

    async function refsOf(some: readonly number[]): Promise<readonly DocumentRef[]> {
      const asked = { uid: true, size: true, internalDate: true } as const;
      const refs: DocumentRef[] = [];
      for await (const { uid, size, internalDate } of client.fetch(some.join(","), asked, {
        uid: true,
      })) {
        refs.push({
          source: mailSource({ ...address, validity, uid }),
          root,
          sizeBytes: size ?? null,
          updatedAt: internalDate === undefined ? null : new Date(internalDate).getTime(),
        });
      }
      return refs;
    }
  });
}

/**
 * Reads one mail with what is attached to it. A mail never changes: one that is known is not read again.
 * @throws FrontdeskError `source_too_large`, `source_unreadable`
 */
export async function readMailOf(
  ref: DocumentRef,
  call: {
    readonly sessions: MailboxSessions;
    readonly knownHash: string | null;
    readonly maxBytes: number;
    readonly parse: (path: string) => Promise<ReadOutcome>;
    readonly signal: AbortSignal;
  },
): Promise<ReadOutcome> {
  const { sessions, knownHash, maxBytes, signal } = call;
  if (knownHash !== null) return { status: "unchanged", contentHash: knownHash };
  if ((ref.sizeBytes ?? 0) > maxBytes) throw tooLarge(ref.sizeBytes ?? 0, maxBytes);
  const mail = readMail(ref.source);
  if (mail === null) throw new FrontdeskError("source_not_found", "names no mail of a mailbox");
  const bytes = await sessions.use(mail, signal, (folder) => download(folder, mail, maxBytes));
  if (bytes === null) {
    const reason = "was moved or deleted meanwhile";
    return { status: "skipped", code: "source_not_found", reason };
  }
  if (bytes.length > maxBytes) throw tooLarge(bytes.length, maxBytes);
  return await parseBytes(bytes, "mail.eml", call.parse);
}

/** Null when it is not there any more, or its number means another mail by now. */
async function download(
  { client, validity }: OpenFolder,
  mail: { readonly validity: string; readonly uid: number },
  maxBytes: number,
): Promise<Buffer | null> {
  if (validity !== mail.validity) return null;
  const wanted = { uid: true, source: { maxLength: maxBytes + 1 } } as const;
  const found = await client.fetchOne(String(mail.uid), wanted, { uid: true });
  return found === false ? null : (found.source ?? null);
}
