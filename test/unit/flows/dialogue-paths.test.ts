import { describe, expect, it } from "vitest";
import { FrontdeskError } from "../../../src/core/index.ts";
import { aMessage, aPassage } from "../../support/flows-builders.ts";
import { QUICK_SETTINGS, startDialogue } from "../../support/flows-dialogue.ts";

const WEB = { ...QUICK_SETTINGS, isWebAllowed: true };
const CUP = "Who won the football world cup?";

describe("ways through a dialogue", () => {
  it("looks on the web for what the documents do not have, and says so", async () => {
    const found = aPassage("Spain won the football world cup.", {
      document: "web",
      title: "Football world cup: who won",
      origin: "web",
    });
    const dialogue = startDialogue({
      settings: WEB,
      webSearch: { search: async () => [found] },
    });

    const reply = await dialogue.say(CUP);

    expect(reply?.decision).toBe("answer");
    expect(reply?.marks).toContain("web");
    expect(reply?.text).toContain("On the web I found:");
    expect(reply?.text).toContain("Spain won the football world cup. [1]");
    expect(reply?.citations[0]).toMatchObject({ origin: "web" });
  });

  it("declines when the web has nothing or cannot be reached", async () => {
    const error = new FrontdeskError("knowledge_unavailable", "down", { retryable: true });
    const nothing = startDialogue({ settings: WEB, webSearch: { search: async () => [] } });
    const broken = startDialogue({
      settings: WEB,
      webSearch: { search: () => Promise.reject(error) },
    });

    expect((await nothing.say(CUP))?.text).toContain("on the web did not help");
    expect((await broken.say(CUP))?.decision).toBe("decline");
  });

  it("never asks the web while the documents answer, or when it is not allowed", async () => {
    let searches = 0;
    const webSearch = {
      search: async () => {
        searches += 1;
        return [];
      },
    };

    await startDialogue({ settings: WEB, webSearch }).say(
      "How many days of annual leave do I get?",
    );
    await startDialogue({ webSearch }).say(CUP);

    expect(searches).toBe(0);
  });

  it("answers all readings when all are wanted", async () => {
    const dialogue = startDialogue();

    await dialogue.say("How do I reset my password?");
    const reply = await dialogue.say("both");

    expect(reply?.decision).toBe("answer");
    expect(reply?.text).not.toContain("I take it");
  });

  it("says sorry for an answer that was no good, and calls a person when it happens again", async () => {
    const dialogue = startDialogue();

    await dialogue.say("How many days of annual leave do I get?");
    const first = await dialogue.say("that's not what I asked");
    const second = await dialogue.say("that does not help");

    expect(first?.text).toContain("sorry");
    expect(second?.decision).toBe("escalate");
  });

  it("tells how long each stage took", async () => {
    const reply = await startDialogue().say("How many days of annual leave do I get?");

    expect(Object.keys(reply?.timings ?? {})).toEqual(
      expect.arrayContaining(["understandMs", "retrieveMs", "assessMs", "answerMs", "verifyMs"]),
    );
  });

  it("degrades instead of failing: each task may break once", async () => {
    const question = "How many days of annual leave do I get?";
    const outcomes: string[] = [];
    for (const broken of ["understand", "answer", "verify"]) {
      const dialogue = startDialogue();
      dialogue.send({
        type: "message.received",
        message: aMessage(question),
        at: 1,
      });
      while (dialogue.pending().length > 0 && dialogue.pending()[0] !== broken) {
        await dialogue.runTask();
      }
      dialogue.failTask();
      await dialogue.settle();
      outcomes.push(`${broken}: ${dialogue.posted[0]?.reply.decision}`);
    }

    expect(outcomes).toEqual(["understand: answer", "answer: answer", "verify: answer"]);
  });
});
