/** The variable with the password of a mailbox: `my-box` has `FRONTDESK_IMAP_MY_BOX_PASSWORD`. */
export function mailboxVariable(name: string): string {
  return `FRONTDESK_IMAP_${name.replaceAll("-", "_").toUpperCase()}_PASSWORD`;
}

/** Somebody is spoken to by name: `<@U123>` as platforms write it, or `@Ann` at the start of a word. */
export const NAMES_SOMEBODY = /<@|(^|\s)@\S/u;
