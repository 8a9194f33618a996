import { expect, it } from "vitest";
import { createChannelRules } from "../../../adapters/shared/channel-rules.ts";
import type { Remembered } from "../../../adapters/shared/remembered.ts";

const nothingSet: Remembered = {
  get: () => Promise.resolve(null),
  set: () => Promise.resolve(),
  claim: () => Promise.resolve(true),
  delete: () => Promise.resolve(),
  list: () => Promise.resolve([]),
};

it("keep the web out of the channels for which it is switched off, and say nothing of others", async () => {
  const rules = createChannelRules(nothingSet, (channel) => ({
    mode: "mention",
    collection: null,
    language: null,
    tone: null,
    ...(channel === "C1" ? { web: false } : {}),
    ...(channel === "C2" ? { web: true } : {}),
  }));

  const [off, on, unset] = await Promise.all(["C1", "C2", "C3"].map((id) => rules.mannerOf(id)));

  expect(off).toHaveProperty("web", false);
  expect(on).toHaveProperty("web", true);
  expect(unset).not.toHaveProperty("web");
});
