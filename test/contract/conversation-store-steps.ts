import { randomUUID } from "node:crypto";
import type { InstanceAddress } from "../../src/core/index.ts";
import type {
  Claim,
  ClaimRequest,
  Commit,
  ConversationStore,
} from "../../src/ports/conversation-store.ts";
import { eventually } from "../support/runtime-eventually.ts";

/** Addresses a dialogue by a short name. */
export function dialogue(id: string): InstanceAddress {
  return { kind: "dialogue", id };
}

/** A claim request with everything defaulted: one minute of lease, dialogues of version 1. */
export function claiming(request: Partial<ClaimRequest> = {}): ClaimRequest {
  return { owner: "worker-1", leaseMs: 60_000, limit: 10, supports: { dialogue: 1 }, ...request };
}

/** A commit with everything defaulted: consumes nothing, keeps the lease, arms nothing. */
export function committing(commit: Partial<Commit> = {}): Commit {
  return {
    commitId: randomUUID(),
    consumedThrough: null,
    snapshot: "{}",
    version: 1,
    timers: [],
    release: false,
    idleTtlMs: null,
    ...commit,
  };
}

/** Appends `{ type: "said", text }` under a dedupe key of its own unless one is given. */
export function say(
  store: ConversationStore,
  instance: InstanceAddress,
  text: string,
  dedupeKeys: readonly string[] = [randomUUID()],
): Promise<boolean> {
  return store.append({ instance, event: { type: "said", text }, dedupeKeys });
}

/** Claims until exactly one instance comes, and returns it. */
export function claimOne(
  store: ConversationStore,
  request: Partial<ClaimRequest> = {},
): Promise<Claim> {
  return eventually("a claim", async () => {
    const [claim] = await store.claim(claiming({ limit: 1, ...request }));
    return claim;
  });
}

/** The texts of `said` events, in order. */
export function texts(inbox: Claim["inbox"]): readonly string[] {
  return inbox.map(({ event }) =>
    typeof event === "object" && event !== null && "text" in event ? String(event.text) : "?",
  );
}

/** Appends one message, consumes it and gives the lease back: an instance with this snapshot and nothing to do. */
export async function settle(
  store: ConversationStore,
  instance: InstanceAddress,
  commit: Partial<Commit> = {},
): Promise<void> {
  await say(store, instance, "hello");
  const claim = await claimOne(store, {
    supports: { [instance.kind]: commit.version ?? 1 },
  });
  const last = claim.inbox.at(-1);
  await store.commit(
    claim.lease,
    committing({ consumedThrough: last?.seq ?? null, release: true, ...commit }),
  );
}
