import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ACTIONS, customId, nonceOf, parseCustomId } from "../../../adapters/discord/custom-ids.ts";
import { decodeEvent } from "../../../adapters/discord/decode.ts";
import { decodeInteraction } from "../../../adapters/discord/decode-interaction.ts";
import { encodeReply } from "../../../adapters/discord/encode.ts";
import {
  discordConversationId,
  isNewer,
  parseDiscordConversation,
  snowflakeOfTime,
  timeOfSnowflake,
} from "../../../adapters/discord/ids.ts";
import { missingIn, permissionsIn } from "../../../adapters/discord/permissions.ts";
import { readText } from "../../../adapters/discord/text-in.ts";
import { createWriteLine } from "../../../adapters/discord/write-line.ts";
import { aCitation, aReply } from "../../support/reply-builder.ts";

const self = { userId: "1", applicationId: "2" };

describe("what Discord sends", () => {
  it("is made something or nothing of, whatever it is", () => {
    const names = fc.constantFrom(
      "MESSAGE_CREATE",
      "MESSAGE_UPDATE",
      "GUILD_CREATE",
      "MESSAGE_DELETE",
      "X",
    );
    fc.assert(
      fc.property(names, fc.anything(), (name, data) => {
        expect(decodeEvent(name, data, self)).toHaveProperty("type");
        decodeInteraction(data);
      }),
    );
  });

  it("reads as a person wrote it", () => {
    const given = "<@1> see <:wave:123> and </ask:45>, <@!77>, <https://a.example/b>  now";

    expect(readText(given, "1")).toBe("see :wave: and /ask, <@77>, https://a.example/b now");
  });

  it("names conversations in a way that can be read back", () => {
    const places = [
      { kind: "thread", guild: "1", thread: "2" },
      { kind: "direct", channel: "3" },
      { kind: "chain", guild: "1", channel: "2", root: "4" },
      { kind: "private", guild: "1", channel: "2", user: "5" },
    ] as const;

    expect(places.map((place) => parseDiscordConversation(discordConversationId(place)))).toEqual(
      places,
    );
    expect(parseDiscordConversation("slack:T1:C1:1.2")).toBeNull();
  });

  it("tells the time by ids, and which of two is newer", () => {
    const at = Date.UTC(2026, 10, 27);

    expect(timeOfSnowflake(snowflakeOfTime(at))).toBe(at);
    expect(isNewer("1000", "999")).toBe(true);
    expect(isNewer("999", "1000")).toBe(false);
  });
});

describe("what goes to Discord", () => {
  const context = {
    isDraft: false,
    isCommand: false,
    canStopListening: true,
    shareId: "s".repeat(22),
    saysPrivate: true,
    longAnswers: "messages",
    scope: "1".repeat(20),
    mark: "m".repeat(10),
  } as const;

  it("keeps every limit, whatever the text", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 6_000 }), fc.boolean(), (text, isDraft) => {
        const parts = encodeReply(aReply({ text }), { ...context, isDraft });
        for (const { content, components } of parts) {
          expect(content.length).toBeGreaterThan(0);
          expect(content.length).toBeLessThanOrEqual(2_000);
          expect(components.length).toBeLessThanOrEqual(5);
          for (const row of components) {
            expect(row.components.length).toBeLessThanOrEqual(5);
            for (const one of row.components) expect(one.custom_id.length).toBeLessThanOrEqual(100);
          }
        }
      }),
      { numRuns: 50 },
    );
  });

  it("cuts no source off, however many and long they are", () => {
    const citations = Array.from({ length: 25 }, (_, at) =>
      aCitation({ n: at + 1, source: `https://example.com/${at}/${"x".repeat(300)}` }),
    );

    const parts = encodeReply(aReply({ text: "Short.", citations, marks: ["unsure"] }), context);
    const lines = parts.flatMap(({ content }) => content.split("\n"));

    expect(parts.every(({ content }) => content.length <= 2_000)).toBe(true);
    expect(lines.filter((line) => /^-# \[\d+\] .*<https:\S+x>$/u.test(line))).toHaveLength(25);
    expect(lines.at(-2)).toBe("-# *low confidence*");
    expect(lines.at(-1)).toContain("Only you see this");
    expect(parts.at(-1)?.components.length).toBeGreaterThan(0);
  });

  it("puts into a button what is read back when it is pressed", () => {
    const id = { action: ACTIONS.choose, scope: "123", argument: "q.2", mark: "Ab-_1" };

    expect(parseCustomId(customId(id))).toEqual(id);
    expect(parseCustomId("somebody:else")).toBeNull();
    expect(nonceOf("k".repeat(500), 99).length).toBeLessThanOrEqual(25);
    expect(nonceOf("k", 0)).not.toBe(nonceOf("k", 1));
  });

  it("computes permissions as Discord does: everyone, then roles, then the member", () => {
    const roles = [{ id: "g", permissions: String((1n << 10n) | (1n << 11n)) }];
    const send = String(1n << 11n);
    const of = { guild: "g", member: { id: "b", roles: ["r"] }, roles };
    const closed = { id: "g", type: 0, allow: "0", deny: send };
    const opened = { id: "r", type: 0, allow: send, deny: "0" };

    expect(missingIn(permissionsIn({ ...of, overwrites: [closed] }))).toContain("SendMessages");
    expect(missingIn(permissionsIn({ ...of, overwrites: [closed, opened] }))).not.toContain(
      "SendMessages",
    );
    expect(missingIn(0n)).toEqual(["ViewChannel"]);
  });
});

describe("the line of writes", () => {
  const pacing = { postsPerWindow: 2, windowMs: 1_000, maxWaitMs: 100, draftIntervalMs: 10 };
  const { signal } = new AbortController();

  it("lets a window's worth through, tells the rest when to come again, and keeps their turn", async () => {
    let now = 0;
    const line = createWriteLine(pacing, () => now);
    const write = (key: string) =>
      line.write({ place: "c", key, signal }, () => Promise.resolve(key));

    expect(await write("a")).toBe("a");
    expect(await write("b")).toBe("b");
    await expect(write("c")).rejects.toMatchObject({ code: "rate_limited", retryAfterMs: 1_000 });
    await expect(write("d")).rejects.toMatchObject({ retryAfterMs: 1_000 });
    expect(line.isFree("c")).toBe(false);
    expect(line.isFree("another")).toBe(true);
    now = 1_000;

    expect(await write("d")).toBe("d");
    expect(await write("c")).toBe("c");
  });
});
