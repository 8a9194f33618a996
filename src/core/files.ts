import type { CaseId } from "./ids.ts";
import type { Language } from "./language.ts";
import type { ReplyAddress, SharedFile } from "./message.ts";

/** To whom the files of a message go on. */
export type FileDestination =
  | { readonly kind: "desk"; readonly caseId: CaseId }
  | {
      readonly kind: "customer";
      readonly caseId: CaseId;
      readonly address: ReplyAddress;
      readonly language: Language;
    };

/** What can happen to the files of one message. `at` is milliseconds since the epoch. */
export type FileEvent =
  | {
      readonly type: "files.sent";
      readonly files: readonly SharedFile[];
      readonly to: FileDestination;
      readonly at: number;
    }
  /** The message was taken back, and so are its files. */
  | { readonly type: "files.withdrawn"; readonly at: number };

/** One file goes on: what an outbox entry `file.carry` holds. */
export interface FileCarriage {
  readonly file: SharedFile;
  readonly to: FileDestination;
  /** The how-manieth of its message, from 0. */
  readonly index: number;
}

/** The largest file that goes on: what Discord takes from everybody (docs.discord.com, uploading files). */
export const MAX_CARRIED_BYTES = 10 * 1024 * 1024;

/** Why a file did not get to whom it was for. */
export type FileTrouble =
  | "too-large"
  | "unreadable"
  | "unsupported"
  /** It lies in a ticket system, from which nothing is fetched. */
  | "in-tickets"
  /** The conversation is shown to one person alone, and files would be seen by all. */
  | "private"
  | "refused"
  /** The bot lacks a permission for files there. */
  | "not-permitted"
  /** The platform was away for too long. */
  | "gave-up";

/** The name of the mailbox that carries the files of one line of a case to the desk (`desk`) or to the customer. */
export function fileCarrierId(caseId: string, to: FileDestination["kind"], line: string): string {
  return `${caseId}:${to}:${line}`;
}
