export { createAgentRoster } from "./agent-roster.ts";
export { orAborted } from "./backoff.ts";
export { makeBackup } from "./backup/make-backup.ts";
export { restoreBackup } from "./backup/restore-backup.ts";
export {
  type DataDirectory,
  freeBytes,
  openDataDirectory,
  readOwner,
} from "./data-directory.ts";
export { createDeadLetterOffice } from "./dead-letters.ts";
export { createDeskEffect } from "./desk-effect.ts";
export { createDraftEraser } from "./draft-eraser.ts";
export { fileCarriageSchema, replyAddressSchema } from "./effect-params.ts";
export { createEngine, type Engine } from "./engine.ts";
export type { EngineOptions, EngineTuning } from "./engine-options.ts";
export { createFeedbackLog } from "./feedback-log.ts";
export { createHandoverLog } from "./handover-log.ts";
export { createInbox } from "./inbox.ts";
export { createInnerMachine } from "./inner-machine.ts";
export { createSqliteJobs } from "./jobs/sqlite-jobs.ts";
export { countLeftInFiles, type LeftInFiles, putAway } from "./move/left-in-files.ts";
export { type RuntimeObserver, silentObserver } from "./observer.ts";
export { createRecordFiles } from "./record-files.ts";
export { createReducer, type MachineKind, type Reducer } from "./reduce.ts";
export { createRegistry } from "./registry.ts";
export { createReviewLog, reviewedTurnSchema } from "./review-log.ts";
export type { Persisted } from "./snapshot.ts";
export type { StepEvent } from "./step-event.ts";
export { createMemoryBudget } from "./stores/memory-budget.ts";
export { createSqliteStore, type SqliteStoreOptions } from "./stores/sqlite.ts";
export { checkSqliteFile } from "./stores/sqlite-check.ts";
export { copySqliteFile } from "./stores/sqlite-copy.ts";
export { createSqliteDesk } from "./stores/sqlite-desk.ts";
export { createSqliteKeyedMemory } from "./stores/sqlite-keyed-memory.ts";
export { createSqliteMessageLog, type SqliteMessageLog } from "./stores/sqlite-message-log.ts";
export { createTalkLog } from "./talk-log.ts";
