import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { isInMemory, MEMORY_FOLDER } from "../../../models/engine/chat/memory-file.ts";
import { SEAL_BYTES } from "../../../models/engine/chat/sealed-file.ts";
import { createSpill, type SpillSequence } from "../../../models/engine/chat/spill.ts";
import {
  createSpilledStates,
  type SpilledStates,
} from "../../../models/engine/chat/spilled-states.ts";
import { createStepGate } from "../../../models/engine/chat/step-gate.ts";
import { type ManualTimers, manualTimers } from "./manual-timers.ts";

const KEPT = 30 * 60_000;
const SECRET = "What does Ann earn?";

interface World {
  readonly states: SpilledStates;
  readonly folder: string;
  readonly memoryFolder: string;
  readonly timers: ManualTimers;
  /** Another process with the same folder. */
  again(): SpilledStates;
}

function world(maxBytes = 2_000): World {
  const folder = mkdtempSync(join(tmpdir(), "frontdesk-spill-"));
  const memoryFolder = mkdtempSync(join(MEMORY_FOLDER, "frontdesk-test-"));
  onTestFinished(() => {
    for (const made of [folder, memoryFolder]) rmSync(made, { recursive: true, force: true });
  });
  const timers = manualTimers();
  const again = (): SpilledStates =>
    createSpilledStates({ folder, memoryFolder, maxBytes, timers });
  return { states: again(), folder, memoryFolder, timers, again };
}

const write = (text: string) => async (path: string) => writeFileSync(path, text);

interface FakeSequence {
  readonly sequence: SpillSequence;
  /** Has the sequence hold these tokens; while it is broken no state can be loaded. */
  readonly read: { (tokens: readonly number[]): void; isBroken: boolean };
}

function fakeSequence(): FakeSequence {
  let held: readonly number[] = [];
  const read = Object.assign(
    (tokens: readonly number[]): void => {
      held = tokens;
    },
    { isBroken: false },
  );
  const sequence: SpillSequence = {
    needsCheckpoints: false,
    get contextTokens() {
      return held;
    },
    get nextTokenIndex() {
      return held.length;
    },
    compareContextTokens: (tokens) => {
      const differs = tokens.findIndex((token, index) => token !== held[index]);
      return { firstDifferentIndex: differs === -1 ? tokens.length : differs };
    },
    clearHistory: async () => read([]),
    saveStateToFile: async (path) => writeFileSync(path, held.join()),
    loadStateFromFile: async (path) => {
      if (read.isBroken) throw new Error("no such file");
      read(readFileSync(path, "utf8").split(",").map(Number));
    },
  };
  return { sequence, read };
}

async function taken(states: SpilledStates, conversationKey: string): Promise<string> {
  let text = "";
  await states.take(conversationKey, async (path) => {
    text = readFileSync(path, "utf8");
  });
  return text;
}

describe("states of conversations that had to make room", () => {
  it("come back once, byte for byte, with their tokens", async () => {
    const { states, folder, memoryFolder } = world();
    await states.put("ann", [1, 2, 3], write(SECRET));

    expect(states.tokensOf("ann")).toEqual([1, 2, 3]);
    expect(states.tokensOf("bob")).toBeNull();
    expect(await taken(states, "ann")).toBe(SECRET);
    expect(states.tokensOf("ann")).toBeNull();
    expect([...readdirSync(folder), ...readdirSync(memoryFolder)]).toEqual([]);
  });

  it("lie on disk encrypted, for their owner alone, under a name that says nothing", async () => {
    const { states, folder, memoryFolder } = world();

    await states.put("slack:T1:C1:ann", [1], write(SECRET));

    const [name = "", ...others] = readdirSync(folder);
    expect(others).toEqual([]);
    expect(name).toMatch(/^\d+\.\d*_[0-9a-f-]{36}\.sealed$/u);
    expect(readFileSync(join(folder, name)).includes("Ann")).toBe(false);
    expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(readdirSync(memoryFolder)).toEqual([]);
  });

  it.each([
    ["was changed in one bit", (bytes: Buffer) => bytes.fill((bytes[20] ?? 0) ^ 1, 20, 21)],
    ["was cut off", (bytes: Buffer) => bytes.subarray(0, 10)],
  ])("are refused when the file %s", async (_how, spoil) => {
    const { states, folder } = world();
    await states.put("ann", [1], write(SECRET));
    const path = join(folder, readdirSync(folder)[0] ?? "");
    writeFileSync(path, spoil(readFileSync(path)));

    await expect(taken(states, "ann")).rejects.toThrow(/unable to authenticate|cut off/u);

    expect(states.tokensOf("ann")).toBeNull();
    expect(readdirSync(folder)).toEqual([]);
  });

  it("are refused when the file is that of another conversation", async () => {
    const { states, folder } = world();
    await states.put("ann", [1], write(SECRET));
    const ann = join(folder, readdirSync(folder)[0] ?? "");
    await states.put("bob", [1], write("Where is the office?"));
    const bob = readdirSync(folder)
      .map((name) => join(folder, name))
      .find((path) => path !== ann);
    writeFileSync(bob ?? "", readFileSync(ann));

    await expect(taken(states, "bob")).rejects.toThrow("unable to authenticate");
  });

  it("are forgotten after half an hour", async () => {
    const { states, folder, timers } = world();
    await states.put("ann", [1], write(SECRET));

    timers.advance(30 * 60_000);

    expect(states.tokensOf("ann")).toBeNull();
    expect(readdirSync(folder)).toEqual([]);
  });

  it("make room for newer ones, and are not kept at all when they are too large", async () => {
    const { states, folder } = world(60);
    await states.put("ann", [1], write("a".repeat(30)));
    await states.put("bob", [2], write("b".repeat(30)));
    await states.put("cid", [3], write("c".repeat(33)));

    expect(["ann", "bob", "cid"].map((key) => states.tokensOf(key))).toEqual([null, [2], null]);
    expect(readdirSync(folder)).toHaveLength(1);
  });

  it("leave nothing behind when they cannot be written", async () => {
    const { states, folder, memoryFolder } = world();

    const putting = states.put("ann", [1], () => Promise.reject(new Error("no room")));

    await expect(putting).rejects.toThrow("no room");
    expect(states.tokensOf("ann")).toBeNull();
    expect([...readdirSync(folder), ...readdirSync(memoryFolder)]).toEqual([]);
  });

  it("are gone when their process ends, and cleared away later when it was killed", async () => {
    const { states, folder, memoryFolder, again } = world();
    await states.put("ann", [1], write(SECRET));
    const [name = ""] = readdirSync(folder);
    const dead = ["4194305.1_", `${process.pid}.1_`, ""]; // no such process; an earlier one of this number; of nobody
    for (const [index, owner] of dead.entries()) {
      writeFileSync(join(folder, `${owner}${index}.sealed`), "junk");
      writeFileSync(join(folder, `${owner}${index}.sealed.taken`), "junk");
      mkdirSync(join(memoryFolder, `frontdesk-state-${owner}${index}`));
    }

    const next = again();
    expect(next.tokensOf("ann")).toBeNull();
    expect(readdirSync(folder)).toEqual([name]);
    expect(readdirSync(memoryFolder)).toEqual([]);
    expect(await taken(states, "ann")).toBe(SECRET);

    await next.put("bob", [2], write("b"));
    next.close();
    expect(readdirSync(folder)).toEqual([]);
  });

  it("keep within the limit of their folder together, whichever process puts them there", async () => {
    const { states, folder, again } = world(2 * 58);
    const other = again();
    await states.put("ann", [1], write("a".repeat(30)));
    // A file system may give the same time to what is written within a few milliseconds.
    for (const name of readdirSync(folder)) utimesSync(join(folder, name), 1, 1);
    await other.put("bob", [2], write("b".repeat(30)));
    await other.put("cid", [3], write("c".repeat(30)));

    const held = readdirSync(folder).map((name) => statSync(join(folder, name)).size);
    expect(held).toEqual([58, 58]);
    expect(states.tokensOf("ann")).toBeNull();
    expect(await taken(other, "bob")).toBe("b".repeat(30));
  });

  it.each([
    ["newer ones need room", (states: SpilledStates) => states.put("bob", [2], write("b"))],
    ["half an hour passes", async (_: SpilledStates, timers: ManualTimers) => timers.advance(KEPT)],
  ])("can be read although %s meanwhile", async (_what, happen) => {
    const { states, folder, timers } = world(SECRET.length + SEAL_BYTES);
    await states.put("ann", [1], write(SECRET));

    const taking = taken(states, "ann");
    await happen(states, timers);

    expect(await taking).toBe(SECRET);
    expect(readdirSync(folder)).toHaveLength(states.tokensOf("bob") === null ? 0 : 1);
  });

  it("are read anew when they do not come back, and others still come back", async () => {
    const { states } = world();
    const log: string[] = [];
    const spill = createSpill(states, createStepGate(), (_level, text) => log.push(text));
    const { sequence, read } = fakeSequence();
    const turn = async (conversationKey: string, first: number): Promise<readonly number[]> => {
      const prompt = Array.from({ length: 100 }, (_, index) => first + index);
      await spill.exchange(sequence, { conversationKey, prompt });
      const before = sequence.contextTokens;
      read(prompt);
      return before;
    };
    await turn("ann", 1_000);
    await turn("bob", 2_000);

    read.isBroken = true;
    expect(await turn("ann", 1_000)).toEqual([]);
    read.isBroken = false;
    expect(await turn("bob", 2_000)).toHaveLength(100);
    expect(await turn("ann", 1_000)).toHaveLength(100);

    expect(log).toEqual([expect.stringContaining("could not be brought back")]);
  });

  it("are not kept where there is no folder in memory", () => {
    const { folder, timers } = world();

    expect(isInMemory(MEMORY_FOLDER)).toBe(true);
    expect(() =>
      createSpilledStates({ folder, memoryFolder: "/proc", maxBytes: 1, timers }),
    ).toThrow(expect.objectContaining({ code: "unsupported" }));
  });
});
