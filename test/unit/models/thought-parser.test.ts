import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createThoughtParser } from "../../../models/thoughts/thought-parser.ts";

interface Parsed {
  readonly text: string;
  readonly thought: string;
}

function parse(chunks: readonly string[], startsThinking = false): Parsed {
  const parser = createThoughtParser({ startsThinking });
  const pieces = [...chunks.flatMap((chunk) => parser.push(chunk)), ...parser.end()];
  const joined = (type: "text" | "thought"): string =>
    pieces
      .slice(type === "text" ? pieces.findLastIndex((piece) => piece.type === "retracted") + 1 : 0)
      .map((piece) => (piece.type === type ? piece.text : ""))
      .join("");
  return { text: joined("text"), thought: joined("thought") };
}

/** What opens and closes a thought, by who writes it so. */
const PAIRS: readonly (readonly [string, string])[] = [
  ["<think>", "</think>"],
  ["<THINK>", "</Think>"],
  ["<think >", "</think\t>"],
  ['<think type="x">', "</think >"],
  ["<thinking>", "</thinking>"],
  ["<reasoning>", "</reasoning>"],
  ["<seed:think>", "</seed:think>"],
  ["[THINK]", "[/THINK]"],
  ["<|channel|>analysis<|message|>", "<|end|><|start|>assistant<|channel|>final<|message|>"],
  ["<|channel>thought\n", "<channel|>"],
  ["<|START_THINKING|>", "<|END_THINKING|>"],
  ["◁think▷", "◁/think▷"],
  ["<|begin_of_thought|>", "<|end_of_thought|>"],
  ["<|begin_of_think|>", "<|end_of_think|>"],
  ["<|inner_prefix|>", "<|inner_suffix|>"],
  ["<reflection>", "</reflection>"],
  ["<scratchpad>", "</scratchpad>"],
  ["<thought_process>", "</thought_process>"],
  ["<analysis>", "</analysis>"],
];
const MARK =
  /<\/?(?:think|thinking|thoughts?|reasoning|seed:think)\s*>|\[\/?THINK\]|<\|(?:message|end|return)\|>|<channel\|>|◁\/?think▷/iu;

/** Texts full of marks, halves of marks, code, and other things with brackets. */
const wild = fc
  .array(
    fc.oneof(
      fc.constantFrom(...PAIRS.flat()),
      fc.constantFrom(
        "<think>",
        "</think>",
        "<think ",
        ' a="b">',
        "</think\n",
        "<",
        "</",
        "<th",
        "ink>",
        "</thin",
        "k>",
        ">",
        "[",
        "THINK]",
      ),
      fc.constantFrom(
        "<|",
        "channel|>",
        "final",
        "◁",
        "`",
        "``",
        "```",
        "\n```",
        "\n",
        "<b>",
        "a < b",
        " ",
      ),
      fc.string({ maxLength: 6 }),
    ),
    { maxLength: 24 },
  )
  .map((parts) => parts.join(""));

/** Cuts a text at any places. */
function cut(text: string, places: readonly number[]): readonly string[] {
  const edges = [0, ...places.map((place) => place % (text.length + 1)), text.length];
  const sorted = edges.sort((a, b) => a - b);
  return sorted.slice(1).map((edge, index) => text.slice(sorted[index], edge));
}

describe("parser of thoughts", () => {
  it("takes a thought out of the answer", () => {
    expect(parse(["<think>hm</think>\n\nYes."])).toEqual({ text: "Yes.", thought: "hm" });
  });

  it("leaves an answer without tags as it is", () => {
    expect(parse(["if a < b then <b>bold</b>"]).text).toBe("if a < b then <b>bold</b>");
  });

  it("takes tags apart that come in pieces", () => {
    expect(parse(["<", "thi", "nk>hm<", "/thin", "k>Y", "es."])).toEqual({
      text: "Yes.",
      thought: "hm",
    });
  });

  it("keeps a nested thought out of the answer", () => {
    expect(parse(["<think>a<think>b</think>c</think>d"])).toEqual({ text: "d", thought: "abc" });
  });

  it("retracts what stood before the first closing tag that closes nothing, once more follows", () => {
    const parser = createThoughtParser({ startsThinking: false });

    expect(parser.push("hm, secret</think>\n\n")).toEqual([{ type: "text", text: "hm, secret" }]);
    expect(parser.push("Yes.")).toEqual([{ type: "retracted" }, { type: "text", text: "Yes." }]);
    expect(parse(["hm</think>Yes.</think> Really."]).text).toBe("Yes. Really.");
  });

  it("drops a closing tag that closes nothing after a thought, and at the end", () => {
    expect(parse(["<think>hm</think>Yes.</think> Really."]).text).toBe("Yes. Really.");
    expect(parse(["Yes.</think>\n"]).text).toBe("Yes.");
  });

  it("takes an unclosed thought as a thought to the end", () => {
    expect(parse(["Yes. <think>but then"])).toEqual({ text: "Yes. ", thought: "but then" });
  });

  it.each([
    ["<think>a ` b</think>answer ` c", "answer ` c"],
    ["<think>secret ` x</think>The answer `foo` more", "The answer `foo` more"],
    ["<think>they write `</think>` there</think>Yes.", "Yes."],
  ])("ends a thought with an odd backtick in it, and loses no answer: %s", (text, expected) => {
    fc.assert(
      fc.property(fc.array(fc.nat(), { maxLength: 12 }), (places) => {
        expect(parse(cut(text, places)).text).toBe(expected);
      }),
    );
  });

  it("begins inside a thought when the prompt has opened it", () => {
    expect(parse(["hm</think>Yes."], true)).toEqual({ text: "Yes.", thought: "hm" });
  });

  it("sees a tag that only comes about when a thought is taken out", () => {
    expect(parse(["<th<think>x</think>ink>secret</think>Yes."]).text).toBe("Yes.");
  });

  it.each([
    ["</thin<", "/thinking>k>Yes."],
    ["</thi<", "/thin<", "/think>k>", "nk>Yes."],
    ["<<<", "/think>/think>", "/think>Yes."],
  ])("sees it as well when a piece ends inside of the inner tag: %s %s", (...chunks) => {
    expect(parse(chunks)).toEqual(parse([chunks.join("")]));
    expect(parse(chunks).text).toBe("Yes.");
  });

  it("knows the other spellings of the tags", () => {
    expect(parse(["<THINK>a</Think><thinking>b</thinking><thought>c</thought>d"])).toEqual({
      text: "d",
      thought: "abc",
    });
  });

  it("knows a tag with a line break in it", () => {
    expect(parse(["<think\n>hm</think\n>Yes."])).toEqual({ text: "Yes.", thought: "hm" });
  });

  it.each(["<think about it>", "<think />", `<think a="${"x".repeat(90)}">`, "<thinker >"])(
    "leaves what only looks like a tag of a thought in the answer: %s",
    (text) => {
      expect(parse([`Well, ${text} yes.`]).text).toBe(`Well, ${text} yes.`);
    },
  );

  it("gives out at once what cannot be a tag", () => {
    const parser = createThoughtParser({ startsThinking: false });

    expect(parser.push("Yes <")).toEqual([{ type: "text", text: "Yes " }]);
    expect(parser.push("b>no")).toEqual([{ type: "text", text: "<b>no" }]);
  });

  it("reads the same however the text is cut", () => {
    fc.assert(
      fc.property(
        wild,
        fc.array(fc.nat(), { maxLength: 12 }),
        fc.boolean(),
        (text, places, open) => {
          expect(parse(cut(text, places), open)).toEqual(parse([text], open));
        },
      ),
    );
  });

  it("never lets a mark into the answer, but in code", () => {
    const withoutTicks = wild.map((text) => text.replaceAll("`", ""));
    fc.assert(
      fc.property(withoutTicks, fc.boolean(), (text, open) => {
        expect(parse([text], open).text).not.toMatch(MARK);
      }),
    );
  });

  it.each(PAIRS)(
    "never shows what stands between %s and %s, however it is cut",
    (opens, closes) => {
      const word = fc.stringMatching(/^[a-z .]{1,12}$/u);
      const parts = fc.array(fc.tuple(word, word), { minLength: 1, maxLength: 6 });
      fc.assert(
        fc.property(parts, fc.array(fc.nat(), { maxLength: 12 }), (pairs, places) => {
          const text = pairs.map(([said, meant]) => `${said}${opens}${meant}${closes}`).join("");

          const parsed = parse(cut(text, places));

          const said = pairs.map(([before]) => before).join("");
          expect(parsed.text).toBe(said.trimStart());
          const meant = pairs.map(([, thought]) => thought).join("");
          expect(parsed.thought.replaceAll("\n", "")).toBe(meant);
        }),
      );
    },
  );

  it.each(PAIRS)(
    "keeps an answer that speaks of %s and %s in code, however it is cut",
    (opens, closes) => {
      const open = opens.trim();
      const answer = [
        `Models write \`${open}\` before a thought and \`${closes}\` after it:`,
        "```text",
        `${opens}hm${closes}Yes.`,
        "```",
        `Or \`${open} … ${closes}\` in one line.`,
      ].join("\n");
      fc.assert(
        fc.property(fc.array(fc.nat(), { maxLength: 12 }), (places) => {
          const parsed = parse(cut(`<think>they ask about marks</think>${answer}`, places));

          expect(parsed).toEqual({ text: answer, thought: "they ask about marks" });
        }),
      );
    },
  );

  it.each([
    ["a lone backtick", "It's 5` long.<think>secret</think> Yes.", "It's 5` long. Yes."],
    [
      "a lone backtick on the same line as code far behind it",
      `\`<think>secret ${"x".repeat(90)}\`</think>Yes.`,
      "`Yes.",
    ],
    ["a backtick for an apostrophe", "It`s <think>secret</think> John`s.", "It`s  John`s."],
    ["code that is never closed", "```\n<think>secret</think>x", "```\nx"],
  ])("takes a mark behind %s for one", (_, text, expected) => {
    expect(parse([text]).text).toBe(expected);
  });

  it("goes on with a thought that mentions its own mark as code", () => {
    const thought = "The mark `</think>` ends it. `a` and `b`.";

    expect(parse([`<think>${thought}</think>Yes.`])).toEqual({ text: "Yes.", thought });
  });

  it("leaves marks of other families to the thought", () => {
    expect(parse(["<think>[/THINK] <|channel|>final no</think>Yes."])).toEqual({
      text: "Yes.",
      thought: "[/THINK] <|channel|>final no",
    });
  });

  it("does not wait for the end of an analysis that a thought only mentions", () => {
    expect(parse(["<think>an <analysis> then</think>Yes."]).text).toBe("Yes.");
  });

  it("drops the format that a last channel names", () => {
    expect(parse(["<|channel|>final <|constrain|>json<|message|>{}"]).text).toBe("{}");
  });

  it("keeps all channels but the last one out of the answer", () => {
    const channels =
      "<|channel|>analysis<|message|>a<|end|><|start|>assistant<|channel|>commentary<|message|>b<|end|>" +
      "<|start|>assistant<|channel|>final<|message|>Yes.<|return|>";

    expect(parse([channels])).toEqual({ text: "Yes.", thought: "ab" });
    expect(parse(["<|channel|>analysis<|message|>a<|channel|>final<|message|>Yes."]).text).toBe(
      "Yes.",
    );
  });

  it.each(["<think>hm</think>Yes.", "\n<think>\nhm</think>Yes.", "[THINK]hm[/THINK]Yes."])(
    "ends a thought that both prompt and model have opened: %j",
    (text) => {
      expect(parse([text], true).text).toBe("Yes.");
    },
  );
});
