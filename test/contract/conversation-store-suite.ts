import { afterEach, beforeEach, describe } from "vitest";
import type { ConversationDirectory } from "../../src/ports/conversation-directory.ts";
import type { ConversationStore } from "../../src/ports/conversation-store.ts";
import { appendAndClaimTests } from "./conversation-store-append.ts";
import { commitTests } from "./conversation-store-commit.ts";
import { directoryTests } from "./conversation-store-directory.ts";
import { leaseTests } from "./conversation-store-lease.ts";
import { timerTests } from "./conversation-store-timers.ts";

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

/**
 * The contract of {@link ConversationStore} and {@link ConversationDirectory}: run it over every implementation. It uses
 * no clock but the store's own (`Claim.now`) and short leases with polling, so it needs no fake time.
 */
export function describeConversationStore(
  name: string,
  makeStore: () => Promise<StoreFixture>,
): void {
  describe(`conversation store: ${name}`, () => {
    let fixture: StoreFixture | null = null;
    const current = (): StoreFixture => {
      if (fixture === null) throw new Error("the suite's store is made before each test");
      return fixture;
    };

    beforeEach(async () => {
      fixture = await makeStore();
    });

    afterEach(async () => {
      await fixture?.dispose();
      fixture = null;
    });

    const context: SuiteContext = {
      store: () => current().store,
      open: () => current().open(),
    };
    appendAndClaimTests(context);
    leaseTests(context);
    commitTests(context);
    timerTests(context);
    directoryTests(context);
  });
}
