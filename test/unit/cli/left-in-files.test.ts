import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { describe, expect, it } from "vitest";
import { checkLeftInFiles } from "../../../src/cli/left-in-files.ts";
import { addMoveCommand } from "../../../src/cli/move-command.ts";
import { composeMove } from "../../../src/compose-move.ts";
import { type Config, loadConfig } from "../../../src/config.ts";
import { systemClock } from "../../../src/ports/clock.ts";
import { createSqliteStore, openDataDirectory } from "../../../src/runtime/index.ts";
import { fakeTerminal } from "../../support/fake-terminal.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

async function folderWithConversation(): Promise<string> {
  const folder = temporaryFolder();
  const file = join(folder, "conversations.db");
  const store = createSqliteStore({ file, clock: systemClock, synchronous: "normal" });
  const instance = { kind: "dialogue", id: "slack:1" };
  await store.append({ instance, event: { type: "said" }, dedupeKeys: ["1"] });
  await store.close();
  return folder;
}

function configOf(dataDir: string, redisUrl: string | null): Config {
  const env = {
    FRONTDESK_DATA_DIR: dataDir,
    ...(redisUrl === null ? {} : { REDIS_URL: redisUrl }),
  };
  return loadConfig({ file: null, env, workingDirectory: dataDir });
}

describe("conversations that lie in SQLite files", () => {
  it("are told of when Redis is used, with what to do", async () => {
    const folder = await folderWithConversation();

    const finding = checkLeftInFiles(configOf(folder, "redis://127.0.0.1:1"));

    expect(finding?.status).toBe("warning");
    expect(finding?.detail).toBe(
      "1 conversation, 1 of them unfinished in SQLite files, which are not used with REDIS_URL",
    );
    expect(finding?.advice).toContain("frontdesk move-to-redis");
  });

  it("are no finding without Redis, or when there are none", async () => {
    const folder = await folderWithConversation();

    expect(checkLeftInFiles(configOf(folder, null))).toBeNull();
    expect(checkLeftInFiles(configOf(temporaryFolder(), "redis://127.0.0.1:1"))).toBeNull();
  });

  it("is no reason to stop when a file is empty or damaged", () => {
    const folder = temporaryFolder();
    for (const name of ["conversations.db", "desk.db"]) writeFileSync(join(folder, name), "");

    expect(checkLeftInFiles(configOf(folder, "redis://127.0.0.1:1"))).toBeNull();
  });

  it("cannot be moved without REDIS_URL", async () => {
    const folder = await folderWithConversation();
    const directory = openDataDirectory(folder);
    if (directory === null) throw new Error("somebody owns the folder");

    const moving = composeMove({
      config: configOf(folder, null),
      directory,
      signal: new AbortController().signal,
      report: () => {},
    });

    await expect(moving).rejects.toMatchObject({ code: "usage" });
    await expect(moving).rejects.toThrow(/Set REDIS_URL/u);
    directory.release();
  });

  it("are moved to the end or the command says that they were not", async () => {
    const folder = await folderWithConversation();
    const { io, shows } = fakeTerminal();
    const codes: number[] = [];
    const program = new Command();
    addMoveCommand(program, (code) => codes.push(code), {
      io,
      signal: AbortSignal.abort(),
      config: () => configOf(folder, "redis://127.0.0.1:1"),
      withApplication: () => Promise.reject(new Error("not used")),
    });

    await program.parseAsync(["move-to-redis"], { from: "user" });

    expect(codes).toEqual([1]);
    await shows(/Run\s+it\s+again/u);
    expect(existsSync(join(folder, "conversations.db"))).toBe(true);
  });
});
