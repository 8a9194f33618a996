import { silentLogger } from "../../src/ports/logger.ts";
import { createRedisConversationStore } from "../../src/runtime/stores/redis.ts";
import type { Row } from "../report.ts";
import { runTrial } from "./side-by-side.ts";

/** Tells the store of a death, as the parent of a worker does. */
async function supervise(url: string, keyPrefix: string, owner: string): Promise<void> {
  const store = createRedisConversationStore({ url, keyPrefix, logger: silentLogger });
  try {
    await store.expireOwner(owner);
  } finally {
    await store.close();
  }
}

/**
 * One of two workers is killed (-9) in the middle: 50 conversations, 40 messages/s, an answer takes 200 ms. How long until
 * everything that waited at that moment is answered, with a lease alone and with a supervisor that tells of the death.
 */
export async function measureRecovery(url: string): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const isSupervised of [false, true]) {
    const report = await runTrial({
      bot: "frontdesk",
      url,
      workers: 2,
      conversations: 50,
      messages: 600,
      rate: 40,
      answerMs: 200,
      killEveryMs: null,
      killsOnce: true,
      onDeath: isSupervised ? (prefix, owner) => supervise(url, prefix, owner) : null,
      patienceMs: 30_000,
    });
    const name = `kill -9 of a worker, ${isSupervised ? "told by its supervisor" : "lease of 4 s"}`;
    rows.push(
      {
        figure: `${name}: recovered after`,
        value: report.recoveryMs / 1_000,
        unit: "s",
        aim: isSupervised ? "near 0" : "≤ 5; study 2.8-3.0 with 3 s",
      },
      { figure: `${name}: messages in flight`, value: report.inFlight, unit: "", aim: "" },
      { figure: `${name}: lost`, value: report.lost, unit: "", aim: "0" },
      { figure: `${name}: doubled`, value: report.doubled, unit: "", aim: "0" },
      { figure: `${name}: out of order`, value: report.outOfOrder, unit: "", aim: "0" },
    );
  }
  return rows;
}
