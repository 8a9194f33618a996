import type { Token } from "node-llama-cpp";
import { describe, expect, it } from "vitest";
import {
  createSequenceTable,
  type TokenHolder,
} from "../../../models/engine/chat/sequence-table.ts";

interface FakeSequence extends TokenHolder {
  readonly name: string;
}

/** Pretends that a prefix of this length is the same, of so many tokens that it holds. */
function sequence(name: string, prefix: number, held = prefix): FakeSequence {
  return { name, commonPrefix: () => prefix, heldTokens: () => held };
}

const tokens: readonly Token[] = [];

describe("table of sequences", () => {
  it("brings a conversation back to its own sequence, whatever others hold", () => {
    const table = createSequenceTable([sequence("a", 0), sequence("b", 500)]);
    const [first, second] = [table.take("one", tokens), table.take("two", tokens)];
    for (const taken of [first, second]) if (taken !== null) table.release(taken);

    expect(table.take("two", tokens)).toBe(second);
    expect(table.take("one", tokens)).toBe(first);
  });

  it("takes a new conversation to the longest common prefix", () => {
    const table = createSequenceTable([sequence("a", 10), sequence("b", 200), sequence("c", 50)]);

    expect(table.take("new", tokens)?.name).toBe("b");
  });

  it("takes an empty sequence when nothing is common", () => {
    const table = createSequenceTable([sequence("used", 0, 300), sequence("empty", 0)]);

    expect(table.take("new", tokens)?.name).toBe("empty");
  });

  it("leaves another conversation what it holds as long as a sequence is empty", () => {
    const table = createSequenceTable([sequence("talk", 200, 900), sequence("empty", 0)]);

    expect(table.take("new", tokens)?.name).toBe("empty");
  });

  it("goes where nearly all is the same, also beside an empty one", () => {
    const table = createSequenceTable([sequence("rules", 200, 240), sequence("empty", 0)]);

    expect(table.take("new", tokens)?.name).toBe("rules");
  });

  it("takes the one that was not used for the longest time when all are used", () => {
    const full = (name: string): FakeSequence => sequence(name, 0, 300);
    const table = createSequenceTable([full("a"), full("b"), full("c")]);
    for (const conversation of ["one", "two", "three"]) {
      const taken = table.take(conversation, tokens);
      if (taken !== null) table.release(taken);
    }

    expect(table.take("four", tokens)?.name).toBe("a");
  });

  it("never gives a busy sequence away", () => {
    const table = createSequenceTable([sequence("a", 500)]);

    expect(table.take("one", tokens)?.name).toBe("a");
    expect(table.take("one", tokens)).toBeNull();
  });
});

describe("sequences and work beside answers", () => {
  interface LiveSequence extends FakeSequence {
    fill(): void;
  }
  /** Empty until it is used; then it holds a conversation that begins as others do. */
  const live = (name: string, prefix = 3): LiveSequence => {
    let held = 0;
    return {
      name,
      commonPrefix: () => Math.min(held, prefix),
      heldTokens: () => held,
      fill: () => {
        held = 900;
      },
    };
  };
  const used = (
    table: ReturnType<typeof createSequenceTable<LiveSequence>>,
    ...keys: readonly string[]
  ): readonly (string | undefined)[] =>
    keys.map((key) => {
      const taken = table.take(key, tokens);
      taken?.fill();
      if (taken !== null) table.release(taken);
      return taken?.name;
    });

  it("leaves conversations theirs as long as one was used for such work before", () => {
    const table = createSequenceTable(["a", "b", "c"].map((name) => live(name)));

    const order = used(table, "one", "one/rewrite", "two", "two/rewrite", "one/summary");

    expect(order).toEqual(["a", "b", "c", "b", "b"]);
    expect(used(table, "one", "two")).toEqual(["a", "c"]);
  });

  it("gives up the sequence of another conversation before that of its own answers", () => {
    const table = createSequenceTable([live("a"), live("b")]);
    used(table, "one", "two", "one");

    expect(used(table, "one/rewrite", "one")).toEqual(["b", "a"]);
  });

  it("makes room for a new conversation before another one has to", () => {
    const table = createSequenceTable([live("a", 300), live("b")]);
    used(table, "one", "one/rewrite");

    expect(used(table, "two", "one")).toEqual(["b", "a"]);
  });

  it("takes the only one there is", () => {
    const table = createSequenceTable([live("a")]);

    expect(used(table, "one", "one/summary", "one")).toEqual(["a", "a", "a"]);
  });
});
