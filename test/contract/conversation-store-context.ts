import type { ConversationDirectory } from "../../src/ports/conversation-directory.ts";
import type { ConversationStore } from "../../src/ports/conversation-store.ts";

/** One object that is both, as every implementation makes it. */
export type Store = ConversationStore & ConversationDirectory;

/** A fresh, empty store and what the suite needs around it. */
export interface StoreFixture {
  readonly store: Store;
  /** A second handle on the same data, as another process would open it. */
  open(): Promise<Store>;
  /** Closes every handle and removes the data. */
  dispose(): Promise<void>;
}

/** What every test of the suite is given. */
export interface SuiteContext {
  /** The first handle of the current test. */
  store(): Store;
  /** A second handle on the same data. */
  open(): Promise<Store>;
}
