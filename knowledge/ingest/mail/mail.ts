/** A file that came with a mail. */
export interface MailFile {
  readonly name: string;
  readonly mediaType: string | null;
  readonly bytes: Uint8Array;
}

/** A mail, whatever program wrote it. */
export interface Mail {
  readonly subject: string;
  /** "Ana Ruiz <ana@example.com>"; empty when unknown. */
  readonly from: string;
  readonly to: string;
  /** ISO date (day); empty when unknown. */
  readonly date: string;
  readonly text: string;
  readonly html: string;
  readonly files: readonly MailFile[];
}

/** The day of a date as mails write it; empty for what is none. */
export function dayOf(date: string): string {
  const time = Date.parse(date);
  return Number.isNaN(time) ? "" : new Date(time).toISOString().slice(0, 10);
}
