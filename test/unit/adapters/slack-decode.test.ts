import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { looksLikeQuestion } from "../../../adapters/shared/question-form.ts";
import { decodeEvent } from "../../../adapters/slack/decode.ts";
import { decodeInteraction } from "../../../adapters/slack/decode-interaction.ts";
import {
  parseSlackConversation,
  parseSlackMessage,
  slackConversationId,
  slackMessageId,
} from "../../../adapters/slack/ids.ts";
import { mentions, readText } from "../../../adapters/slack/text-in.ts";
import { naughtyStrings } from "../../support/naughty-strings.ts";

const SELF = { team: "T1", userId: "UBOT", botId: "BBOT" };

function event(inner: object) {
  const body = { type: "event_callback", team_id: "T1", event_id: "Ev1", event: inner };
  return decodeEvent(body, SELF)?.act;
}

const SAID = { type: "message", channel: "C1", user: "U1", ts: "1.2", text: "hello" };

describe("reading what a person wrote", () => {
  it.each([
    ["<@UBOT> how many?", "how many?"],
    ["hey <@UBOT|frontdesk>, how many?", "hey , how many?"],
    ["ask <@U2> first", "ask <@U2> first"],
    ["see <#C1|general> and <#C2>", "see #general and #C2"],
    ["<!here> <!channel> <!subteam^S1|@people>", "@here @channel @people"],
    ["<https://a.example/x|this page>", "this page (https://a.example/x)"],
    ["<https://a.example>", "https://a.example"],
    ["<http://a.example|a.example>", "http://a.example"],
    ["<mailto:a@b.example|a@b.example>", "a@b.example"],
    ["<!date^1392734382^{date}|Feb 18>", "Feb 18"],
    ["1 &lt; 2 &amp;&amp; 3 &gt; 2 &amp;lt;", "1 < 2 && 3 > 2 &lt;"],
    ["one\r\ntwo\u0000", "one\ntwo"],
  ])("reads %j as %j", (text, expected) => {
    expect(readText(text, "UBOT")).toBe(expected);
  });

  it("never fails, and never leaves the bot's own mention", () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            fc.constantFrom("<@UBOT>", "<", ">", "|", "!", "&amp;", "<@UBOT|x>", ...naughtyStrings),
            fc.string({ unit: "binary", maxLength: 20 }),
          ),
          { maxLength: 12 },
        ),
        (pieces) => {
          const read = readText(pieces.join(""), "UBOT");
          expect(mentions(read, "UBOT")).toBe(false);
          expect(/\p{Cs}/u.test(read)).toBe(false);
        },
      ),
    );
  });
});

describe("reading events", () => {
  it("reads a message, and a mention of the bot in it", () => {
    expect(event(SAID)).toMatchObject({ type: "said", said: { text: "hello", isMention: false } });
    expect(event({ ...SAID, type: "app_mention", text: "<@UBOT> hi", thread_ts: "1.1" })).toEqual({
      type: "said",
      said: {
        channel: "C1",
        ts: "1.2",
        thread: "1.1",
        user: "U1",
        botId: null,
        text: "hi",
        attachments: [],
        isMention: true,
      },
    });
  });

  it("reads the files that come with it", () => {
    const files = [
      {
        id: "F1",
        name: "a.pdf",
        mimetype: "application/pdf",
        size: 12,
        url_private: "https://f/1",
      },
      { id: "F2" },
    ];

    expect(event({ ...SAID, subtype: "file_share", files })).toMatchObject({
      said: {
        attachments: [
          { name: "a.pdf", mediaType: "application/pdf", sizeBytes: 12, url: "https://f/1" },
        ],
      },
    });
  });

  it.each([
    ["somebody who joined", { ...SAID, subtype: "channel_join" }],
    ["nobody's words", { ...SAID, user: undefined }],
    ["a preview of a link", { ...SAID, ...changed("hello", "hello") }],
    ["its own edit", { ...SAID, ...changed("a", "b", { user: "UBOT" }) }],
    ["another event", { type: "emoji_changed" }],
    ["no event", null],
  ])("makes nothing of %s", (_name, inner) => {
    expect(event(inner ?? {})).toEqual({ type: "nothing" });
  });

  it.each([
    ["its own words", { ...SAID, user: "UBOT" }],
    ["its own words without a user", { ...SAID, user: undefined, bot_id: "BBOT" }],
  ])("knows %s, and when they were written", (_name, inner) => {
    expect(event(inner)).toEqual({ type: "own", channel: "C1", ts: "1.2" });
  });

  it("reads an edit with its version, a deletion, and a tombstone", () => {
    expect(event({ ...SAID, ...changed("helo", "hello") })).toMatchObject({
      type: "edited",
      before: "helo",
      edition: "9.9",
      said: { text: "hello" },
    });
    expect(
      event({ type: "message", subtype: "message_deleted", channel: "C1", deleted_ts: "1.2" }),
    ).toEqual({
      type: "deleted",
      channel: "C1",
      ts: "1.2",
      thread: null,
      user: null,
      before: null,
    });
    expect(event({ ...SAID, ...changed("a", "b", { subtype: "tombstone" }) })).toMatchObject({
      type: "deleted",
      ts: "1.2",
    });
  });

  it("reads an edit that does nothing but name the bot, and makes nothing of one that only takes its name away", () => {
    expect(event({ ...SAID, ...changed("how many?", "<@UBOT> how many?") })).toMatchObject({
      type: "edited",
      before: "how many?",
      said: { text: "how many?", isMention: true },
    });
    expect(event({ ...SAID, ...changed("<@UBOT> how many?", "how many?") })).toEqual({
      type: "nothing",
    });
  });

  it("makes something, or nothing, of whatever comes, and never fails", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (body, inner) => {
        decodeEvent(body, SELF);
        event({ ...SAID, message: inner, subtype: "message_changed" });
        event({ ...SAID, text: inner, files: inner });
        decodeInteraction(body);
        decodeInteraction({ type: "block_actions", user: { id: "U1" }, actions: inner });
      }),
    );
  });
});

function changed(before: string, after: string, parts: object = {}) {
  const message = { type: "message", user: "U1", ts: "1.2", text: after, edited: { ts: "9.9" } };
  return {
    subtype: "message_changed",
    message: { ...message, ...parts },
    previous_message: { ...message, text: before },
  };
}

describe("reading presses and commands", () => {
  const pressed = {
    type: "block_actions",
    user: { id: "U1" },
    container: { type: "message", message_ts: "1.5", channel_id: "C1", thread_ts: "1.2" },
    actions: [{ type: "button", action_id: "fd.choose:1", value: "o1", text: { text: "One" } }],
  };

  it("reads a choice by button and from a list", () => {
    const option = { value: "o7", text: { text: "Seven" } };
    const picked = { type: "static_select", action_id: "fd.choose", selected_option: option };

    expect(decodeInteraction(pressed)).toMatchObject({
      type: "choose",
      optionId: "o1",
      label: "One",
      at: { user: "U1", channel: "C1", ts: "1.5", thread: "1.2", isEphemeral: false },
    });
    expect(decodeInteraction({ ...pressed, actions: [picked] })).toMatchObject({
      type: "choose",
      optionId: "o7",
      label: "Seven",
    });
  });

  it("makes nothing of buttons that are not ours", () => {
    const actions = [{ type: "button", action_id: "other", value: "x" }];

    expect(decodeInteraction({ ...pressed, actions })).toEqual({ type: "nothing" });
    expect(decodeInteraction({ type: "view_submission" })).toBeNull();
  });

  it("reads a command", () => {
    const command = {
      command: "/ask",
      text: "how?",
      team_id: "T1",
      channel_id: "C1",
      user_id: "U1",
      response_url: "https://hooks.example/1",
      trigger_id: "1.2.x",
    };

    expect(decodeInteraction(command)).toEqual({ type: "command", command });
  });
});

describe("ids", () => {
  it("are read back as they were written", () => {
    const thread = { kind: "thread", team: "T1", channel: "C1", thread: "1.2" } as const;
    const slash = { kind: "slash", team: "T1", channel: "C1", user: "U1" } as const;

    expect(slackConversationId(thread)).toBe("slack:T1:C1:1.2");
    expect(parseSlackConversation(slackConversationId(thread))).toEqual(thread);
    expect(parseSlackConversation(slackConversationId(slash))).toEqual(slash);
    expect(parseSlackMessage(slackMessageId("C1", "1.2", "9.9"))).toEqual({
      channel: "C1",
      ts: "1.2",
      edition: "9.9",
    });
    expect(parseSlackConversation("console:default")).toBeNull();
    expect(parseSlackMessage("nonsense")).toBeNull();
  });
});

describe("what looks like a question", () => {
  it.each(["and for parents?", "how many days", "年假有几天", "这样可以吗"])("is %j", (text) => {
    expect(looksLikeQuestion(text)).toBe(true);
  });
  it.each(["thanks a lot", "好的", "see you tomorrow", `why ${"x".repeat(600)}?`])(
    "is not %j",
    (text) => {
      expect(looksLikeQuestion(text)).toBe(false);
    },
  );
});
