import { describe, expect, it } from "vitest";
import { type ChatModel, type ChatRequest, sideKey } from "../../../src/ports/chat-model.ts";
import { startDialogue } from "../../support/flows-dialogue.ts";
import { makeRandomModel } from "../../support/scripted-gguf.ts";
import { ask, localChat, modelFolder, request } from "./local-chat.ts";

const folder = modelFolder();
const engine = localChat(makeRandomModel(folder), {
  sequences: 3,
  contextSize: 8_192,
});

/** One request as the engine has read it. */
interface Read {
  readonly request: ChatRequest;
  readonly promptTokens: number;
  /** Tokens that its sequence held already. */
  readonly cachedTokens: number;
}

/** The engine, with a record of what was read and what was not. A handful of words is enough of an answer. */
function recorded(reads: Read[]): ChatModel {
  return {
    status: () => engine.status(),
    async *generate(about, call) {
      for await (const event of engine.generate({ ...about, maxTokens: 4 }, call)) {
        if (event.type === "done") reads.push({ request: about, ...event.usage });
        yield event;
      }
    },
  };
}

const QUESTIONS = [
  "How many days of annual leave do I get?",
  "How many days of sick leave are paid?",
  "Can I park at the Bristol office?",
  "How do I reset my mail password?",
  "Who can reset the VPN password?",
  "How many days a year are for an ill child?",
  "Where do contractors park at the office?",
  "From which day is a doctor's note needed?",
];

describe("a conversation of eight turns", () => {
  it("is read again from its beginning only when older lines make room, whatever is done beside it", async () => {
    const reads: Read[] = [];
    const dialogue = startDialogue({ chatModel: recorded(reads) });

    for (const [turn, question] of QUESTIONS.entries()) {
      await dialogue.say(question);
      // A summary of it, and what somebody else asks.
      const id = reads.at(-1)?.request.conversationKey ?? "";
      const besides = { conversationKey: sideKey(id, "summary"), maxTokens: 4 };
      await ask(engine, request(`sum up ${question}`, besides));
      await ask(engine, request(`visit ${turn}`, { conversationKey: "visitor", maxTokens: 4 }));
    }

    const hits = reads
      .filter(({ request: { hints } }) => hints !== undefined)
      .map(({ cachedTokens }) => cachedTokens);
    const [, rules = 0, third = 0, fourth = 0, fifth = 0] = hits;
    // Eight lines are shown at most, and four go at once: before the sixth question and before the eighth.
    const goesOn = [false, false, true, true, true, false, true, false];
    expect(hits.map((hit) => hit > rules)).toEqual(goesOn);
    expect(third).toBeLessThan(fourth);
    expect(fourth).toBeLessThan(fifth);
  });
});
