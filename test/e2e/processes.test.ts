import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import {
  folderWithoutSamples,
  freshFolder,
  jsonLines,
  jsonOf,
  type RunningCommand,
  runCommand,
  startCommand,
} from "../support/cli.ts";

const running: RunningCommand[] = [];

/** Without vectors: which documents are loaded does not depend on them, and to make those of all the docs takes long. */
function start(dataDir: string): RunningCommand {
  const command = startCommand(["start"], { dataDir, env: { FRONTDESK_EMBED_MODEL: "off" } });
  running.push(command);
  return command;
}

async function ready(command: RunningCommand): Promise<string> {
  await command.until(/is ready: http/u);
  return /is ready: (http:\S+)/u.exec(command.stderr())?.[1] ?? "";
}

async function end(command: RunningCommand): Promise<void> {
  command.child.kill("SIGKILL");
  await command.result;
}

afterEach(async () => {
  for (const command of running.splice(0)) await end(command);
});

function documents(): string {
  const folder = freshFolder();
  writeFileSync(
    join(folder, "mill.md"),
    "# Mill\n\n## Miller\n\nThe miller of the old mill is called Odalys.\n",
  );
  return folder;
}

// Its tests go through the life of one owner, from its start to after its end.
describe("one process owns a data directory", () => {
  const dataDir = folderWithoutSamples();
  let owner: RunningCommand;

  beforeAll(async () => {
    owner = startCommand(["start"], { dataDir });
    await ready(owner);
  });
  afterAll(() => end(owner));

  it("lets ingest, search, ask and desk attach to the one that runs", async () => {
    const ingest = await runCommand(["ingest", documents(), "--json"], { dataDir });
    const search = await runCommand(["search", "miller", "--json"], { dataDir });
    const ask = await runCommand(["ask", "What is the miller of the old mill called?", "--json"], {
      dataDir,
    });
    await runCommand(["ask", "I want to talk to a human", "--conversation", "c1"], { dataDir });
    const desk = await runCommand(["desk", "--once", "--json"], { dataDir });

    expect(jsonOf(ingest.stdout)).toMatchObject({ added: 1 });
    expect(jsonOf(search.stdout)).toContainEqual(expect.objectContaining({ title: "Mill" }));
    expect(jsonLines(ask.stdout)[0]?.["text"]).toContain("Odalys");
    expect(desk.stdout).toContain("I want to talk to a human");
  });

  it("refuses a second start, naming the first", async () => {
    const second = await runCommand(["start"], { dataDir });

    expect(second.code).toBe(1);
    expect(second.stderr).toContain(String(owner.child.pid));
    expect(second.stderr).toContain("FRONTDESK_DATA_DIR");
  });

  it("tells an attached chat that the owner has gone", async () => {
    const chat = startCommand(["chat", "--conversation", "x"], { dataDir });
    chat.child.stdin.write("hello\n");
    await chat.until(/\S/u);
    owner.child.kill("SIGKILL");

    const result = await chat.result;

    expect(result.code).toBe(1);
    expect(result.stderr).toMatch(/gone away/u);
  });

  it("is free again at once after kill -9", async () => {
    await end(owner);

    owner = startCommand(["start"], { dataDir });

    expect(await ready(owner)).toMatch(/^http:/u);
  });

  it("answers health checks and drains on SIGTERM with exit code 0", async () => {
    const url = await ready(owner);

    const live = await fetch(`${url}/healthz`);
    const readiness = await fetch(`${url}/readyz`);
    owner.child.kill("SIGTERM");
    const result = await owner.result;

    expect(live.status).toBe(200);
    expect(readiness.status).toBe(200);
    expect(result).toMatchObject({ code: 0, signal: null });
  });
});

describe("start", () => {
  it("loads only the project's docs into an empty knowledge base, and not again once removed", async () => {
    const dataDir = freshFolder();
    await ready(start(dataDir));
    const first = await runCommand(["sources", "--json"], { dataDir });
    await runCommand(["sources", "remove", "frontdesk-docs"], { dataDir });
    running.at(-1)?.child.kill("SIGTERM");
    await running.at(-1)?.result;
    await ready(start(dataDir));
    const second = await runCommand(["sources", "--json"], { dataDir });

    expect(jsonOf(first.stdout)).toMatchObject([{ collection: "frontdesk-docs" }]);
    expect(jsonOf(second.stdout)).toEqual([]);
  });
});

describe("chat without a terminal", () => {
  const dataDir = freshFolder();

  beforeAll(async () => {
    await runCommand(["ingest", documents()], { dataDir });
  });

  it("reads lines and prints one JSON object per turn", async () => {
    const { stdout, code } = await runCommand(["chat", "--json"], {
      dataDir,
      input: "What is the miller of the old mill called?\nthanks\n",
    });

    const turns = jsonLines(stdout);
    expect(code).toBe(0);
    expect(turns.map((turn) => turn["decision"])).toEqual(["answer", "smalltalk"]);
  });

  it("keeps log lines out of the conversation", async () => {
    const { stdout, stderr } = await runCommand(["chat"], {
      dataDir,
      input: "hello\n",
      env: { FRONTDESK_LOG_LEVEL: "debug" },
    });

    expect(stdout).not.toMatch(/"level":/u);
    expect(stderr).not.toMatch(/"level":/u);
  });
});
