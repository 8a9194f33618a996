export { type Assigner, createAssigner, createAssigningDesk } from "./assigning.ts";
export { createBlockEffect, createBlockedInbox } from "./blocked-people.ts";
export { createFileCarrier } from "./carrying-files.ts";
export { createCaseLoad } from "./case-load.ts";
export {
  type Containment,
  containmentByDay,
  containmentOf,
  type DayContainment,
} from "./containment.ts";
export {
  type KeptConversations,
  readConversation,
} from "./conversation-records.ts";
export { createApplication } from "./create-application.ts";
export { watchDepartures } from "./departures.ts";
export { createDeskActs } from "./desk-acts.ts";
export { type DeskFigures, deskFigures } from "./desk-figures.ts";
export { createDeskOffice } from "./desk-office.ts";
export { createDocumentShelf, type LocalShelf } from "./document-shelf.ts";
export { createDraftTask } from "./drafts.ts";
export { createNotifyingDesk, createQueuedIngest, createQueuedShelf } from "./jobs/index.ts";
export { createKnowledgePeers, KNOWLEDGE_PEERS, type KnowledgePeers } from "./knowledge-peers.ts";
export { createLearning, createLearningDesk, type Learning } from "./learning.ts";
export { createLimitedInbox } from "./limited-inbox.ts";
export { createCountingDesk, createMeasuringDesk, type DeskObserver } from "./measuring-desk.ts";
export { createBoardEffect, createErasureNotice, createMirroredDesk } from "./mirrored-desk.ts";
export { observeRetriever, type RetrievalObserver } from "./observed-retriever.ts";
export { createPlacedDesk } from "./placed-desk.ts";
export { findQueuePlace } from "./queue-place.ts";
export { createTypingMirror } from "./typing-mirror.ts";
export { createWatchedBoard, type WatchedBoard } from "./watched-board.ts";
