import { describe, expect, it } from "vitest";
import type { Retriever } from "../../src/ports/retriever.ts";
import { type KnowledgeFixture, person } from "../support/knowledge-fixture.ts";

const KB = "/kb";

async function filled(open: () => Promise<KnowledgeFixture>): Promise<KnowledgeFixture> {
  const fixture = await open();
  const { documents, ingest } = fixture;
  documents.put(
    KB,
    "leave.md",
    "# Annual leave\n\nEverybody has thirty days of leave.",
    "Handbook",
  );
  documents.put(KB, "vpn.md", "# VPN\n\nReset the VPN password in the portal.", "IT guide");
  documents.put(KB, "年假.md", "# 年假\n\n每位员工每年有三十天年假。", "员工手册");
  await ingest(KB, { visibility: "internal" });
  documents.put("/board", "bonus.md", "The board gets a leave bonus.", "Minutes");
  await ingest("/board", { collection: "board", visibility: "group:board" });
  return fixture;
}

/** What every {@link Retriever} promises. */
export function retrieverSuite(name: string, open: () => Promise<KnowledgeFixture>): void {
  describe(`retriever: ${name}`, () => {
    it("finds what answers, in both languages, best first", async () => {
      const { find } = await filled(open);

      expect((await find("How many days of leave?"))[0]).toContain("thirty days");
      expect((await find("一年有多少天年假？"))[0]).toContain("三十天年假");
    });

    it("orders by score", async () => {
      const { ask } = await filled(open);

      const { passages } = await ask("leave password days portal");

      const scores = passages.map(({ score }) => score);
      expect(scores.length).toBeGreaterThan(1);
      expect(scores).toEqual([...scores].sort((left, right) => right - left));
    });

    it("returns at most `top`", async () => {
      const { ask } = await filled(open);

      expect((await ask("leave password", { top: 1 })).passages).toHaveLength(1);
    });

    it("tells how rare words are, counted over what the asker may read alone", async () => {
      const { ask } = await filled(open);
      const words = ["leave", "bonus", "leave bonus", "zebra"];

      const board = await ask("leave", { principal: person("viewer", ["board"]), words });
      const others = await ask("leave", { words });
      const plain = await ask("leave");

      const [leave = 1, bonus = 0, phrase, zebra] = board.rarity ?? [];
      expect(leave).toBeLessThan(bonus);
      expect(phrase).toBe(bonus);
      expect(zebra).toBe(1);
      expect(others.rarity?.[1]).toBe(1);
      expect(plain.rarity).toBeUndefined();
    });

    it("shows nobody what he may not read", async () => {
      const { find } = await filled(open);

      expect(await find("leave bonus of the board")).not.toContain("The board gets a leave bonus.");
      expect(await find("leave bonus", { principal: person("guest") })).toEqual([]);
      expect(await find("leave bonus", { principal: person("viewer", ["board"]) })).toContain(
        "The board gets a leave bonus.",
      );
    });

    it("shows in a channel only what all its readers may read", async () => {
      const { find } = await filled(open);
      const principal = person("viewer", ["board"]);
      const audience = { kind: "shared", visible: ["internal"] } as const;

      expect(await find("leave bonus", { principal, audience })).not.toContain(
        "The board gets a leave bonus.",
      );
    });

    it("looks into the named collections only", async () => {
      const { ask } = await filled(open);

      const { passages } = await ask("leave", { collections: ["handbook"] });

      expect(new Set(passages.map(({ collection }) => collection))).toEqual(new Set(["handbook"]));
    });

    it("never gives what was removed", async () => {
      const { find, knowledge } = await filled(open);

      await knowledge.remove({ root: KB });

      expect(await find("days of leave, VPN password, 年假")).toEqual([]);
    });

    it("tells how long each stage took", async () => {
      const { ask } = await filled(open);

      const { timings } = await ask("leave");

      expect(Object.keys(timings).sort()).toEqual(
        ["embedMs", "fuseMs", "lexicalMs", "rerankMs", "vectorMs"].sort(),
      );
      for (const ms of Object.values(timings)) expect(ms).toBeGreaterThanOrEqual(0);
    });

    it("rejects with the reason of the abort", async () => {
      const { knowledge } = await filled(open);
      const retriever: Retriever = knowledge;
      const request = {
        query: "leave",
        language: "en",
        principal: person(),
        audience: { kind: "private" },
        collections: null,
        top: 5,
      } as const;

      const asked = retriever.retrieve(request, { signal: AbortSignal.abort(new Error("enough")) });

      await expect(asked).rejects.toThrow("enough");
    });
  });
}
