import { describe, expect, it } from "vitest";
import { listDeadLetters, resolveDeadLetters } from "../../../src/cli/dead-letter-commands.ts";
import type { DeadLetter } from "../../../src/ports/application.ts";
import { createFakeApplication } from "../../support/fake-application.ts";
import { fakePipes } from "../../support/fake-io.ts";

const signal = new AbortController().signal;

function aLetter(key: string): DeadLetter {
  return {
    instance: { kind: "dialogue", id: "slack:T1:C1:1.1" },
    key,
    type: "reply.post",
    reason: "delivery_rejected: the channel is archived",
    at: Date.UTC(2027, 0, 31, 9, 30),
  };
}

describe("dead-letters", () => {
  it("lists when, what, where, why and under which key", async () => {
    const pipes = fakePipes();
    const app = createFakeApplication({ letters: [aLetter("k1")] });

    expect(await listDeadLetters(app, { json: false }, pipes.io, signal)).toBe(0);

    expect(pipes.lines()).toEqual([
      "2027-01-31 09:30  reply.post  dialogue slack:T1:C1:1.1",
      "  delivery_rejected: the channel is archived",
      "  key: k1",
    ]);
  });

  it("says so when there are none, and prints a list for scripts", async () => {
    const [plain, json] = [fakePipes(), fakePipes()];

    await listDeadLetters(createFakeApplication(), { json: false }, plain.io, signal);
    await listDeadLetters(
      createFakeApplication({ letters: [aLetter("k1")] }),
      { json: true },
      json.io,
      signal,
    );

    expect(plain.stdout()).toBe("Everything was delivered; no dead letters.\n");
    expect(JSON.parse(json.stdout())).toEqual([aLetter("k1")]);
  });

  it("retries the named ones and says which are not there", async () => {
    const pipes = fakePipes();
    const app = createFakeApplication({ letters: [aLetter("k1"), aLetter("k2")] });
    const meant = { keys: ["k2", "k9"], all: false };

    expect(await resolveDeadLetters(app, "retry", meant, pipes.io, signal)).toBe(1);

    expect(app.letterActs).toEqual(["retry k2"]);
    expect(pipes.stdout()).toBe("1 letter will be sent once more.\n");
    expect(pipes.stderr()).toMatch(/no dead letter k9/u);
  });

  it("drops all when told so", async () => {
    const pipes = fakePipes();
    const app = createFakeApplication({ letters: [aLetter("k1"), aLetter("k2")] });

    expect(await resolveDeadLetters(app, "drop", { keys: [], all: true }, pipes.io, signal)).toBe(
      0,
    );

    expect(app.letterActs).toEqual(["drop k1", "drop k2"]);
    expect(pipes.stdout()).toBe("2 letters will be dropped.\n");
  });

  it.each([
    { keys: [], all: false },
    { keys: ["k1"], all: true },
  ])("wants either keys or --all: %j", async (meant) => {
    const call = resolveDeadLetters(createFakeApplication(), "drop", meant, fakePipes().io, signal);

    await expect(call).rejects.toMatchObject({ code: "usage" });
  });
});
