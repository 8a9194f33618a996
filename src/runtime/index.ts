export { createReducer, type MachineKind, type Reducer, type StepEvent } from "./reduce.ts";
export { createRegistry, type Registry } from "./registry.ts";
export type { Persisted } from "./snapshot.ts";
export { createSqliteStore, type SqliteStoreOptions } from "./stores/sqlite.ts";
