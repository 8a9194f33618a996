export { isCardNumber } from "./cleaning/check-digits.ts";
export type { MailboxAccount } from "./mailbox/mailbox-sessions.ts";
export { createDocumentReader, type DocumentReaderOptions } from "./reader.ts";
export { createFolderWatch } from "./sources/watch-folder.ts";
export { createGuardedDispatcher, type OutgoingRequest } from "./web/guarded-dispatcher.ts";
