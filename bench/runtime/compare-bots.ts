import type { Row } from "../report.ts";
import type { BotOrder } from "./bot-order.ts";
import { runTrial, type Trial } from "./side-by-side.ts";

const BOTS: readonly (readonly [BotOrder["bot"], string])[] = [
  ["frontdesk", "Frontdesk"],
  ["chat-sdk", "Chat SDK 4.41"],
  ["chat-sdk-polling", "Chat SDK 4.41, acknowledging late"],
];

/**
 * The same echo bot on Frontdesk's engine and on Vercel's Chat SDK, two processes each on one Redis, before the same platform
 * in memory: at full speed, at a steady pace, and while a process is killed (-9) and replaced every two seconds.
 */
export async function compareBots(url: string): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const [bot, name] of BOTS) {
    const common: Pick<Trial, "bot" | "url" | "workers" | "killsOnce" | "onDeath"> = {
      bot,
      url,
      workers: 2,
      killsOnce: false,
      onDeath: null,
    };
    // One message in each conversation: nothing waits for anything else.
    const fast = await runTrial({
      ...common,
      conversations: 2_000,
      messages: 2_000,
      rate: null,
      answerMs: 0,
      killEveryMs: null,
      patienceMs: 60_000,
    });
    const steady = await runTrial({
      ...common,
      conversations: 1_000,
      messages: 1_000,
      rate: 100,
      answerMs: 0,
      killEveryMs: null,
      patienceMs: 60_000,
    });
    const killed = await runTrial({
      ...common,
      conversations: 100,
      messages: 2_000,
      rate: 50,
      answerMs: 200,
      killEveryMs: 2_000,
      patienceMs: 40_000,
    });
    const row = (figure: string, value: number, unit = ""): Row => ({
      figure: `${name}: ${figure}`,
      value,
      unit,
      aim: "",
    });
    rows.push(
      row("echoes at full speed", fast.perSecond, "/s"),
      row("echo p50 at 100/s", steady.p50, "ms"),
      row("echo p99 at 100/s", steady.p99, "ms"),
      row("unanswered without any kill, of 3,000", fast.lost + steady.lost),
      row("kills -9", killed.kills),
      row("unanswered under kills, of 2,000", killed.lost),
      row("doubled under kills", killed.doubled),
      row("conversations out of order under kills, of 100", killed.outOfOrder),
      row("slowest answer under kills (p99)", killed.p99, "ms"),
    );
  }
  return rows;
}
