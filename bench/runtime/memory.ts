import { measureIdleConversations } from "../../test/support/redis-idle.ts";
import type { RedisServer } from "../../test/support/redis-server.ts";
import type { Row } from "../report.ts";

/** What an idle conversation of 20 turns takes in Redis. */
export async function measureMemory(server: RedisServer): Promise<readonly Row[]> {
  const { bytesEach } = await measureIdleConversations(server);
  return [
    {
      figure: "Redis: memory per idle conversation of 20 turns",
      value: bytesEach / 1_024,
      unit: "KB",
      aim: "≤ 8; study 6.4",
    },
  ];
}
