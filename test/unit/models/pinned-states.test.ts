import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { createPinnedStates } from "../../../models/engine/chat/pinned-states.ts";

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), "frontdesk-states-"));
  onTestFinished(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

const write = (text: string) => async (path: string) => writeFileSync(path, text);

describe("saved states", () => {
  it("are found by engine and tokens, also by the next process", async () => {
    const at = folder();
    await createPinnedStates(at, ["model", 1]).save([1, 2, 3], write("state"));

    const next = createPinnedStates(at, ["model", 1]);

    const found = next.find([1, 2, 3]);
    expect(found).not.toBeNull();
    expect(found !== null && (await next.isIntact(found))).toBe(true);
    expect(next.find([1, 2])).toBeNull();
    expect(createPinnedStates(at, ["model", 2]).find([1, 2, 3])).toBeNull();
  });

  it("are removed when their bytes are not those that were written", async () => {
    const at = folder();
    await createPinnedStates(at, []).save([1], write("state"));
    const states = createPinnedStates(at, []);
    const found = states.find([1]);
    if (found === null) throw new Error("it was saved");

    writeFileSync(found.path, "other");

    expect(await states.isIntact(found)).toBe(false);
    expect(states.find([1])).toBeNull();
    expect(readdirSync(at)).toEqual([]);
  });

  it("leave nothing behind when they cannot be written", async () => {
    const at = folder();
    const states = createPinnedStates(at, []);

    const saving = states.save([1], () => Promise.reject(new Error("disk full")));

    await expect(saving).rejects.toThrow("disk full");
    expect(states.find([1])).toBeNull();
    expect(readdirSync(at)).toEqual([]);
  });

  it("stay few", async () => {
    const at = folder();
    const states = createPinnedStates(at, []);

    for (let token = 0; token < 40; token += 1) await states.save([token], write(`state ${token}`));

    expect(readdirSync(at)).toHaveLength(32);
    expect(states.find([39])).not.toBeNull();
  });
});
