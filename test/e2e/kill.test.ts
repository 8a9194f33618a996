import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ConversationId, conversationId } from "../../src/core/index.ts";
import { packageVersion } from "../../src/package-root.ts";
import type { Application } from "../../src/ports/application.ts";
import { readOwner } from "../../src/runtime/index.ts";
import { createAttachedApplication } from "../../src/server/client.ts";
import { freshFolder, type RunningCommand, runCommand, startCommand } from "../support/cli.ts";
import { eventually } from "../support/runtime-eventually.ts";
import { makeScriptedModel } from "../support/scripted-gguf.ts";

const ROUNDS = 20;
const WHOLE_EVERY = 4;
const QUESTION = "How is the lighthouse lamp lit?";
const FACT =
  "The lighthouse lamp is lit by hand every evening at dusk by the keeper of the island.";

const dataDir = freshFolder();
const call = { signal: new AbortController().signal };
let env: Readonly<Record<string, string>> = {};
let owner: RunningCommand | null = null;
let running: Application | null = null;

/** In most rounds without embedding model and Chroma, which have kill tests of their own and take long to start. */
async function start(round: number): Promise<Application> {
  const isWhole = round % WHOLE_EVERY === 0;
  const lean = isWhole ? {} : { FRONTDESK_EMBED_MODEL: "off" };
  owner = startCommand(["start"], { dataDir, env: { ...env, ...lean } });
  await owner.until(/is ready: http/u);
  const socketPath = readOwner(dataDir)?.socket ?? "";
  return createAttachedApplication({ socketPath, version: packageVersion, onLost: () => {} });
}

async function kill(): Promise<void> {
  owner?.child.kill("SIGKILL");
  await owner?.result;
}

/** Resolves with the first piece of the answer that anybody saw. */
async function askUntilItSpeaks(app: Application, id: ConversationId): Promise<void> {
  const watching = new AbortController();
  const spoken = new Promise<void>((resolve) => {
    app
      .watch(
        id,
        (event) => {
          if (event.type === "progress" && event.progress.type === "text") resolve();
        },
        { signal: watching.signal },
      )
      .catch(() => {});
  });
  await app.send(
    {
      conversationId: id,
      speaker: { platform: "console", userId: "u", displayName: "U", groups: [] },
      text: QUESTION,
      history: [],
      gatherMs: 0,
    },
    call,
  );
  await spoken;
  await kill();
  watching.abort();
}

beforeAll(async () => {
  const folder = join(freshFolder(), "documents");
  mkdirSync(folder);
  writeFileSync(join(folder, "lighthouse.md"), `# Lighthouse\n\n## Lamp\n\n${FACT}\n`);
  const script = Array.from({ length: 12 }, () => `${FACT} [1]`).join(" ");
  env = { FRONTDESK_MODEL: makeScriptedModel(freshFolder(), { script }) };
  await runCommand(["ingest", folder], { dataDir });
});

afterAll(kill);

describe("kill -9 in the middle of an answer", () => {
  // Each round begins in the process, and with the data, that the one before left behind.
  it.each(Array.from({ length: ROUNDS }, (_, index) => index + 1))(
    "is made good by the next start with exactly one reply, time %i in a row",
    async (round) => {
      const id = conversationId(`kill-${round}`);
      await askUntilItSpeaks(running ?? (await start(round)), id);

      const app = await start(round);
      running = app;

      const replies = async () =>
        (
          await app.transcript(
            { conversationId: id, afterSeq: 0, limit: 100, isWhole: false },
            call,
          )
        ).filter(({ author }) => author === "bot");
      await eventually("a reply", async () => (await replies()).length > 0);
      await eventually("nothing left to do", async () =>
        (await app.conversations({ limit: 100 }, call)).every(
          ({ isLeased, unread }) => !isLeased && unread === 0,
        ),
      );
      const found = await replies();
      expect(found.map(({ reply }) => reply?.decision)).toEqual(["answer"]);
      expect(found[0]?.text).toContain("lit by hand");
    },
  );
});
