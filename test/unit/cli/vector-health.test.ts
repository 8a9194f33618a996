import { expect, it } from "vitest";
import { vectorHealth } from "../../../src/compose-status.ts";
import type { KnowledgeStatus } from "../../../src/ports/knowledge-base.ts";

const MENDED = "Chroma held other passages than knowledge.db and was filled anew.";

it.each([
  ["ready", null, "ok", "7 embedded"],
  ["ready", MENDED, "ok", `7 embedded; ${MENDED}`],
  ["starting", "Chroma is being filled.", "starting", "Chroma is being filled."],
  [
    "unavailable",
    "Chroma has ended.",
    "degraded",
    "Chroma has ended. Meanwhile passages are found by words only.",
  ],
] as const)("doctor tells of vectors that are %s (%s)", (state, reason, health, detail) => {
  const vectors: KnowledgeStatus["vectors"] = { state, embedded: 7, model: "m", reason };

  const told = vectorHealth({ documents: 1, chunks: 7, vectors });

  expect(told).toEqual({ name: "Vectors (Chroma)", state: health, detail });
});
