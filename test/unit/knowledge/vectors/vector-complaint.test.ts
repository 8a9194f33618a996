import { describe, expect, it } from "vitest";
import { DeadlinePassed } from "../../../../knowledge/deadline.ts";
import { createVectorComplaint } from "../../../../knowledge/vectors/vector-complaint.ts";

function complaint() {
  const told: { readonly level: string; readonly fields: object }[] = [];
  const clock = { time: 1_000_000, now: () => clock.time };
  const tell = createVectorComplaint({
    clock,
    logger: {
      warn: (fields) => void told.push({ level: "warn", fields }),
      debug: (fields) => void told.push({ level: "debug", fields }),
    },
  });
  return { tell, told, clock };
}

const LATE = new DeadlinePassed("no answer within 1500 ms");

describe("the complaint about missing vectors", () => {
  it("warns once a minute, and says how many went untold", () => {
    const { tell, told, clock } = complaint();

    tell({ part: "embedding", error: LATE });
    tell({ part: "embedding", error: LATE });
    tell({ part: "neighbours", error: LATE });
    clock.time += 60_000;
    tell({ part: "embedding", error: LATE });

    expect(told).toEqual([
      {
        level: "warn",
        fields: { part: "embedding", reason: "no answer within 1500 ms", before: 0 },
      },
      {
        level: "warn",
        fields: { part: "embedding", reason: "no answer within 1500 ms", before: 2 },
      },
    ]);
  });

  it("does not warn while the model loads, but warns of one that cannot be loaded", () => {
    const { tell, told } = complaint();

    tell({ part: "loading", error: LATE });
    tell({ part: "loading", error: new Error("not a model") });

    expect(told.map(({ level }) => level)).toEqual(["debug", "warn"]);
  });
});
