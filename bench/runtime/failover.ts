import { openFailover } from "../../test/support/redis-failover.ts";
import type { Row } from "../report.ts";

const LAGS_MS = [0, 100, 300] as const;
const BUSY_MS = 2_000;

/** What a replica that takes over has not: events that were acknowledged, one after the other, before the master was killed. */
export async function measureFailover(): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const lagMs of LAGS_MS) {
    const pair = await openFailover({ lagMs });
    const { acknowledged, diedAt } = await pair.appendUntilDeath(BUSY_MS);
    const kept = new Set(await pair.survivors());
    const lost = acknowledged.filter(({ text }) => !kept.has(text));
    const oldest = lost.reduce((age, { at }) => Math.max(age, diedAt - at), 0);
    await pair.close();
    const name = `Redis failover, replica ${lagMs} ms behind`;
    rows.push(
      { figure: `${name}: acknowledged`, value: acknowledged.length, unit: "", aim: "" },
      { figure: `${name}: of them lost`, value: lost.length, unit: "", aim: "" },
      { figure: `${name}: age of the oldest lost`, value: oldest, unit: "ms", aim: "" },
    );
  }
  return rows;
}
