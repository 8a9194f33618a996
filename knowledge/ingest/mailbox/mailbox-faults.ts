import {
  errorMessage,
  FrontdeskError,
  isFrontdeskError,
  mailboxVariable,
} from "../../../src/core/index.ts";
import type { MailboxAddress } from "./mailbox-address.ts";

/** What the library tells of a failure, read without believing its shape. */
function flagOf(error: unknown, name: string): unknown {
  return typeof error === "object" && error !== null ? Reflect.get(error, name) : undefined;
}

/** The fault of a mailbox, in words for whoever looks after it; neither user nor password is among them. */
export function mailboxFault(error: unknown, { name, folder }: MailboxAddress): FrontdeskError {
  if (isFrontdeskError(error)) return error;
  const root = `imap:${name}/${folder}`;
  if (flagOf(error, "authenticationFailed") === true) {
    return new FrontdeskError(
      "source_unreadable",
      `${root} cannot be read: its server refuses the user or the password; check knowledge.mailboxes.${name} and ${mailboxVariable(name)}`,
    );
  }
  if (flagOf(error, "mailboxMissing") === true) {
    return new FrontdeskError(
      "source_not_found",
      `${root} cannot be read: there is no folder ${folder} in this mailbox; give its name as the server knows it`,
    );
  }
  const code = flagOf(error, "code");
  const reason = typeof code === "string" ? code : errorMessage(error);
  return new FrontdeskError(
    "source_unreadable",
    `${root} cannot be read: its server cannot be spoken to (${reason}); check host, port and tls of knowledge.mailboxes.${name}`,
    { retryable: true },
  );
}

/** The fault of a mailbox of which nobody has said the password. */
export function noPassword(name: string): FrontdeskError {
  return new FrontdeskError(
    "source_unreadable",
    `imap:${name} cannot be read: its password is not set; put it into ${mailboxVariable(name)} and restart`,
  );
}
