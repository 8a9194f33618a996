import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { KeyedMemory } from "../../src/ports/keyed-memory.ts";
import { createSqliteKeyedMemory } from "../../src/runtime/index.ts";
import { createFakeClock } from "../support/fake-clock.ts";
import { describeKeyedMemory } from "./keyed-memory-suite.ts";

describeKeyedMemory("SQLite", async () => {
  const folder = await mkdtemp(join(tmpdir(), "frontdesk-memory-"));
  const clock = createFakeClock();
  const opened: KeyedMemory[] = [];
  const open = async (): Promise<KeyedMemory> => {
    const memory = createSqliteKeyedMemory({ file: join(folder, "memory.db"), clock });
    opened.push(memory);
    return memory;
  };
  return {
    memory: await open(),
    open,
    pass: async (ms) => clock.advance(ms),
    dispose: async () => {
      for (const memory of opened) await memory.close();
      await rm(folder, { recursive: true });
    },
  };
});
