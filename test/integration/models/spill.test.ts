import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, it } from "vitest";
import type { EngineRole } from "../../../models/engine/engine-host.ts";
import { loadRole } from "../../../models/engine/load-role.ts";
import { answerAfter } from "../../../src/ports/chat-model.ts";
import { makeRandomModel } from "../../support/scripted-gguf.ts";
import { modelFolder } from "./local-chat.ts";

const folder = modelFolder();
const spillFolder = join(folder, "spill");

interface Line {
  readonly role: "user" | "assistant";
  readonly text: string;
}

/** With one sequence, so that every other conversation has to make room. */
async function load(isSpilling: boolean, warnings: string[] = []): Promise<EngineRole> {
  return await loadRole(
    {
      role: "chat",
      modelPath: makeRandomModel(folder),
      sha256: null,
      contextSize: 2_048,
      threads: 1,
      gpu: "off",
      sequences: 1,
      wrapper: null,
      adapterPath: null,
      stateFolder: null,
      spill: isSpilling ? { folder: spillFolder, maxBytes: 2 ** 30 } : null,
    },
    (level, message) => {
      if (level === "warn") warnings.push(message);
    },
  );
}

interface Said {
  readonly text: string;
  readonly cachedTokens: number;
}

async function ask(role: EngineRole, conversationKey: string, lines: Line[]): Promise<Said> {
  let text = "";
  const result = await role.handle(
    {
      kind: "generate",
      messages: lines,
      conversationKey,
      maxTokens: 24,
      maxThoughtTokens: 0,
      temperature: 0,
      timeLimitMs: null,
      jsonSchema: null,
    },
    {
      signal: new AbortController().signal,
      onStarted: () => {},
      onEvents: (events) => {
        for (const event of events) text = answerAfter(text, event);
      },
    },
  );
  if (result.kind !== "generated") throw new Error("it is a chat model");
  return { text, cachedTokens: result.usage.cachedTokens };
}

const asked = (text: string): Line => ({ role: "user", text });
const LONG = "The office is on the second floor, beside the canteen and the library. ".repeat(3);

/** Ann asks, Bob takes her place, Ann asks on. @param between before she does */
async function threeTurns(role: EngineRole, between = (): void => {}): Promise<readonly Said[]> {
  const begun = [asked(LONG)];
  const first = await ask(role, "ann", begun);
  const other = await ask(role, "bob", [asked(`Something else. ${LONG}`)]);
  between();
  const going = [...begun, { role: "assistant", text: first.text } as const, asked("And then?")];
  return [first, other, await ask(role, "ann", going)];
}

const texts = (said: readonly Said[]): readonly string[] => said.map(({ text }) => text);
const sealed = (): readonly string[] =>
  readdirSync(spillFolder).map((name) => join(spillFolder, name));

let cold: readonly Said[] = [];
beforeAll(async () => {
  cold = await threeTurns(await load(false));
});

it("brings a conversation back that had to make room: it is not read again, and says the same", async () => {
  const warm = await threeTurns(await load(true));

  expect(texts(warm)).toEqual(texts(cold));
  expect(cold[2]?.cachedTokens).toBeLessThan(64);
  expect(warm[2]?.cachedTokens).toBeGreaterThanOrEqual(LONG.length);
  // Bob's, who had to make room for her in turn.
  expect(sealed()).toHaveLength(1);
});

it("reads it again when its file was changed, says the same, and tells the operator", async () => {
  const warnings: string[] = [];

  const spoiled = await threeTurns(await load(true, warnings), () => {
    for (const path of sealed()) {
      const bytes = readFileSync(path);
      writeFileSync(path, bytes.fill(7, bytes.length / 2));
    }
  });

  expect(texts(spoiled)).toEqual(texts(cold));
  expect(spoiled[2]?.cachedTokens).toBe(0);
  expect(warnings).toEqual([
    expect.stringMatching(/^a conversation could not be brought back from disk: /u),
  ]);
});
