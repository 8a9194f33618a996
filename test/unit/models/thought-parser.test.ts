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
    pieces.map((piece) => (piece.type === type ? piece.text : "")).join("");
  return { text: joined("text"), thought: joined("thought") };
}

/** Texts full of tags, halves of tags, and other things with brackets. */
const wild = fc
  .array(
    fc.oneof(
      fc.constantFrom("<think>", "</think>", "<THINK>", "</thinking>", "<thinking>", "<thought>"),
      fc.constantFrom("<", "</", "<th", "ink>", "</thin", "k>", ">", "<b>", "a < b", "\n\n", " "),
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

  it("drops a closing tag that closes nothing", () => {
    expect(parse(["Yes.</think> Really."]).text).toBe("Yes. Really.");
  });

  it("takes an unclosed thought as a thought to the end", () => {
    expect(parse(["Yes. <think>but then"])).toEqual({ text: "Yes. ", thought: "but then" });
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

  it("never lets a tag into the answer", () => {
    fc.assert(
      fc.property(wild, fc.boolean(), (text, open) => {
        expect(parse([text], open).text).not.toMatch(/<\/?(?:think|thinking|thought)>/iu);
      }),
    );
  });

  it("never shows what stands between a well-formed pair of tags", () => {
    const word = fc.stringMatching(/^[a-z ]{1,12}$/u);
    fc.assert(
      fc.property(fc.array(fc.tuple(word, word), { minLength: 1, maxLength: 6 }), (pairs) => {
        const text = pairs.map(([said, meant]) => `${said}<think>${meant}</think>`).join("");

        const parsed = parse([text]);

        expect(parsed.text).toBe(
          pairs
            .map(([said]) => said)
            .join("")
            .trimStart(),
        );
        expect(parsed.thought).toBe(pairs.map(([, meant]) => meant).join(""));
      }),
    );
  });
});
