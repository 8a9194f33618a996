import { describe, expect, it, onTestFinished } from "vitest";
import { adapterFor } from "../support/discord/adapter.ts";
import { openScene } from "../support/discord/scene.ts";
import { createMemoryStore } from "../support/memory-store.ts";
import { aPassage, fixedKnowledge } from "../support/slack/fixed-knowledge.ts";

const LEAVE = [{ name: "query", value: "leave" }];
const PAGE = [{ name: "url", value: "https://example.com/a" }];

describe("a command in Discord", () => {
  it("is done once when two processes hear of it", async () => {
    const memory = createMemoryStore();
    const knowledge = fixedKnowledge([aPassage("leave", "internal")]);
    const settings = { defaultRole: "editor" as const };
    const scene = await openScene({ memory, host: knowledge, settings });
    const { discord, bot, help, ann } = scene;
    const other = adapterFor(discord, bot.host, { memory, settings });
    onTestFinished(() => other.close());
    await other.start();
    await discord.until(() => other.status().detail.includes("connected"));

    await discord.slash(ann, help, "kb add", PAGE);
    await discord.until(() =>
      discord.messages(help, ann).some(({ text }) => text.startsWith("Added:")),
    );
    await discord.slash(ann, help, "search", LEAVE);
    await discord.until(() =>
      discord.messages(help, ann).some(({ text }) => text.includes("25 days")),
    );
    await Promise.all([scene.adapter.close(), other.close()]);
    const found = discord.messages(help, ann).filter(({ text }) => text.includes("25 days"));

    expect(knowledge.ingested).toHaveLength(1);
    expect(found).toHaveLength(1);
  });

  it.each(["before", "after"] as const)(
    "is answered in its own place when Discord fails at the first answer (%s)",
    async (when) => {
      const knowledge = fixedKnowledge([aPassage("leave", "internal")]);
      const { discord, help, ann } = await openScene({ host: knowledge });
      discord.faults.next("POST callback", { type: "status", status: 503, when });

      const { pending } = await discord.slash(ann, help, "search", LEAVE);
      await discord.until(() => pending.original?.content.includes("25 days") === true);

      expect(discord.messages(help, ann)).toHaveLength(1);
    },
  );

  it("says by a message of its own what came of it when that took longer than Discord waits", async () => {
    const knowledge = fixedKnowledge([]);
    const slow = { begun: false, end: () => {} };
    const gate = new Promise<void>((resolve) => {
      slow.end = resolve;
    });
    const real = knowledge.knowledge;
    if (real === null) throw new Error("no knowledge");
    const host = {
      knowledge: {
        ...real,
        async *ingest(...given: Parameters<typeof real.ingest>) {
          slow.begun = true;
          await gate;
          yield* real.ingest(...given);
        },
      },
    };
    const settings = { defaultRole: "editor" as const };
    const { discord, help, ann } = await openScene({ host, settings });
    await discord.slash(ann, help, "kb add", PAGE);
    await discord.until(() => slow.begun);

    discord.world.advance(15 * 60_000 + 1);
    slow.end();
    await discord.until(() =>
      discord.messages(help).some(({ text }) => text.includes("your answer is ready")),
    );
    await discord.press(ann, help, "Show my answer");
    const shown = await discord.until(() =>
      discord.messages(help, ann).find(({ text }) => text.startsWith("Added:")),
    );

    expect(shown.isEphemeral).toBe(true);
  });
});
