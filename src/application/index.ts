export {
  type KeptConversations,
  readConversation,
} from "./conversation-records.ts";
export { createApplication } from "./create-application.ts";
export { createNotifyingDesk, createQueuedIngest } from "./jobs/index.ts";
export { createLimitedInbox } from "./limited-inbox.ts";
