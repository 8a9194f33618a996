import { afterEach, beforeEach, describe } from "vitest";
import { appendAndClaimTests } from "./conversation-store-append.ts";
import { commitTests } from "./conversation-store-commit.ts";
import type { StoreFixture, SuiteContext } from "./conversation-store-context.ts";
import { directoryTests } from "./conversation-store-directory.ts";
import { leaseTests } from "./conversation-store-lease.ts";
import { timerTests } from "./conversation-store-timers.ts";

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
