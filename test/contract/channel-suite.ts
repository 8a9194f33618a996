import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { effectKey, type Progress, type Reply, type ReplyAddress } from "../../src/core/index.ts";
import type { Channel, OutboundMessage } from "../../src/ports/channel.ts";
import { naughtyStrings } from "../support/naughty-strings.ts";
import { aReply } from "../support/reply-builder.ts";

/** A message as a reader of the platform sees it; the parts of one long post are one message. */
export interface ShownMessage {
  readonly author: string;
  /** Everything a reader can read of it, options and sources included. */
  readonly text: string;
}

/** A channel over an emulator (or the real thing) whose conversations can be looked at. */
export interface ChannelHarness {
  readonly channel: Channel;
  /** The address of a conversation that nobody has used yet. */
  newAddress(): ReplyAddress;
  /** What a reader of this conversation sees, oldest first. */
  shown(address: ReplyAddress): Promise<readonly ShownMessage[]>;
  close(): Promise<void>;
}

/** What platforms differ in. */
export interface ChannelAbilities {
  /** Posting a known key again gives the first message back; without it callers must ask `find` first. */
  readonly postsOncePerKey: boolean;
  /** The longest text that is shown whole; null when there is no limit. Longer ones are cut, and say so. */
  readonly maxTextLength: number | null;
}

const PROGRESS: readonly Progress[] = [
  { type: "stage", stage: "understanding" },
  { type: "stage", stage: "searching" },
  { type: "stage", stage: "checking" },
  { type: "stage", stage: "reading", documents: 3 },
  { type: "stage", stage: "searching-web" },
  { type: "stage", stage: "thinking" },
  { type: "stage", stage: "queued", place: 2, etaMs: null },
  { type: "stage", stage: "queued", place: 2, etaMs: 4_000 },
  { type: "stage", stage: "writing" },
  { type: "text", delta: "Some words" },
  { type: "text", delta: "" },
  { type: "text", delta: "\u0000\u001b[31m\ud800" },
  { type: "reset" },
];

/** What every {@link Channel} must do, whatever its platform. `make` gives a fresh one for each test. */
export function describeChannel(
  name: string,
  abilities: ChannelAbilities,
  make: () => Promise<ChannelHarness>,
): void {
  describe(`channel contract: ${name}`, () => {
    const call = { signal: new AbortController().signal };
    let harness: ChannelHarness;
    let address: ReplyAddress;

    beforeEach(async () => {
      harness = await make();
      address = harness.newAddress();
    });
    afterEach(() => harness.close());

    const outbound = (reply: Partial<Reply>, to = address): OutboundMessage => ({
      key: effectKey(randomUUID()),
      address: to,
      reply: aReply({ citations: [], marks: [], ...reply }),
      timings: { queueMs: 1, commitMs: 2, totalMs: 30 },
    });
    const texts = async (of = address): Promise<readonly string[]> =>
      (await harness.shown(of)).map((message) => message.text);

    describeWriting();
    describeChanging();
    describeWildText();

    function describeWriting(): void {
      it("shows what was posted, in order, in its own conversation only", async () => {
        const elsewhere = harness.newAddress();

        await harness.channel.post(outbound({ text: "first" }), call);
        await harness.channel.post(outbound({ text: "second" }), call);
        await harness.channel.post(outbound({ text: "third" }, elsewhere), call);

        expect(await texts()).toEqual([
          expect.stringContaining("first"),
          expect.stringContaining("second"),
        ]);
        expect(await texts(elsewhere)).toEqual([expect.stringContaining("third")]);
      });

      it("gives the id under which the message is found by its key", async () => {
        const message = outbound({ text: "here" });

        const receipt = await harness.channel.post(message, call);

        expect(await harness.channel.find(message.key, address, call)).toEqual(receipt);
      });

      it("finds nothing under a key that was never posted", async () => {
        await harness.channel.post(outbound({ text: "another" }), call);

        expect(
          await harness.channel.find(effectKey("never"), harness.newAddress(), call),
        ).toBeNull();
        expect(await harness.channel.find(effectKey("never"), address, call)).toBeNull();
      });

      it(
        abilities.postsOncePerKey
          ? "posts once per key, however often"
          : "posts once per key for whoever asks first",
        async () => {
          const message = outbound({ text: "once" });
          const postAgain = async () =>
            (abilities.postsOncePerKey
              ? null
              : await harness.channel.find(message.key, address, call)) ??
            harness.channel.post(message, call);

          const receipts = [await postAgain(), await postAgain(), await postAgain()];

          expect(new Set(receipts.map((receipt) => receipt.messageId)).size).toBe(1);
          expect(await texts()).toHaveLength(1);
        },
      );

      it("shows every option of a question, in order", async () => {
        const labels = ["Annual leave", "Parental leave", "病假", "None of these"];
        const options = labels.map((label, index) => ({ id: `o${index}`, label }));

        await harness.channel.post(
          outbound({ decision: "clarify", text: "Which leave do you mean?", options }),
          call,
        );

        const [shown] = await texts();
        const places = labels.map((label) => shown?.indexOf(label) ?? -1);
        expect(places.every((place) => place >= 0)).toBe(true);
        expect(places).toEqual([...places].sort((a, b) => a - b));
      });

      it("shows the name of a person of the desk who speaks", async () => {
        await harness.channel.post(
          outbound({
            text: "I have sent you a new permit.",
            speaker: { kind: "agent", displayName: "Zoë 王" },
          }),
          call,
        );

        const [shown] = await harness.shown(address);
        expect(`${shown?.author} ${shown?.text}`).toContain("Zoë 王");
      });

      it("posts nothing when the call was aborted before", async () => {
        const reason = new Error("drained");

        const posting = harness.channel.post(outbound({}), { signal: AbortSignal.abort(reason) });

        await expect(posting).rejects.toBe(reason);
        expect(await texts()).toEqual([]);
      });
    }

    function describeChanging(): void {
      it("replaces the text of a message on edit", async () => {
        const message = outbound({ text: "a draft" });
        const { messageId } = await harness.channel.post(message, call);

        await harness.channel.edit(
          messageId,
          { ...message, reply: { ...message.reply, text: "the final words" } },
          call,
        );

        const shown = await texts();
        expect(shown).toEqual([expect.stringContaining("the final words")]);
        expect(shown[0]).not.toContain("a draft");
        expect(await harness.channel.find(message.key, address, call)).toEqual({ messageId });
      });

      it("takes a message back, and a second time without complaint", async () => {
        const message = outbound({ text: "to be removed" });
        const { messageId } = await harness.channel.post(message, call);
        await harness.channel.post(outbound({ text: "stays" }), call);

        await harness.channel.remove(messageId, address, call);
        await harness.channel.remove(messageId, address, call);

        expect(await texts()).toEqual([expect.stringContaining("stays")]);
        expect(await harness.channel.find(message.key, address, call)).toBeNull();
      });

      it("rejects the edit of a removed message as undeliverable", async () => {
        const message = outbound({ text: "gone" });
        const { messageId } = await harness.channel.post(message, call);
        await harness.channel.remove(messageId, address, call);

        await expect(harness.channel.edit(messageId, message, call)).rejects.toMatchObject({
          code: "delivery_rejected",
          retryable: false,
        });
      });

      it("takes every kind of progress without throwing and leaves no message behind", async () => {
        for (const progress of PROGRESS) harness.channel.progress(address, progress);
        for (const progress of PROGRESS) harness.channel.progress(harness.newAddress(), progress);
        await harness.channel.post(outbound({ text: "the answer" }), call);

        expect(await texts()).toEqual([expect.stringContaining("the answer")]);
      });
    }

    function describeWildText(): void {
      const longest = abilities.maxTextLength ?? 200_000;

      it(`shows a text of ${longest} characters whole`, async () => {
        const words = "word ".repeat(Math.floor((longest - 20) / 5));

        await harness.channel.post(outbound({ text: `begin ${words} end.` }), call);

        const [shown] = await texts();
        expect(shown).toContain("begin word");
        expect(shown).toContain("end.");
        expect(shown?.split("word").length).toBe(words.split("word").length);
      });

      it("shows at least the beginning of a text of 1 MB, once", async () => {
        const message = outbound({ text: `开头 begin ${"x漢 ".repeat(1 << 18)}` });

        await harness.channel.post(message, call);

        expect(await texts()).toEqual([expect.stringContaining("开头 begin")]);
        expect(await harness.channel.find(message.key, address, call)).not.toBeNull();
      });

      it("delivers texts of every odd kind and keeps the words around them", async () => {
        for (const text of naughtyStrings) {
          await harness.channel.post(outbound({ text: `before\n\n${text}\n\nafter` }), call);
        }

        const shown = await texts();
        expect(shown).toHaveLength(naughtyStrings.length);
        for (const [index, text] of shown.entries()) {
          expect(text, JSON.stringify(naughtyStrings[index])).toMatch(/before[\s\S]*after/u);
        }
      });
    }
  });
}
