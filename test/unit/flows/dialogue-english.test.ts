import { describe, expect, it } from "vitest";
import { FrontdeskError } from "../../../src/core/index.ts";
import { QUICK_SETTINGS, startDialogue } from "../../support/flows-dialogue.ts";
import { aBrokenRetriever } from "../../support/flows-knowledge.ts";

describe("a dialogue in English", () => {
  it("answers with the sentence that says it, its source, and a mark that it is quoted", async () => {
    const dialogue = startDialogue();

    const reply = await dialogue.say("How many days of annual leave do I get?");

    expect(reply).toMatchObject({ decision: "answer", language: "en", marks: ["extractive"] });
    expect(reply?.text).toContain("26 days of annual leave a year");
    expect(reply?.text).toContain("[1]");
    expect(reply?.citations[0]).toMatchObject({ n: 1, section: "Annual leave" });
    expect(reply?.question).toBe("How many days of annual leave do I get?");
    expect(dialogue.state()).toBe("followUp");
  });

  it("finds what is said in other words", async () => {
    const reply = await startDialogue().say("how much vacation do employees get");

    expect(reply?.decision).toBe("answer");
    expect(reply?.citations[0]?.section).toBe("Annual leave");
  });

  it("quotes the steps of an instruction whole and in order", async () => {
    const reply = await startDialogue().say("How do I reset my mail password?");

    expect(reply?.text).toMatch(/1\. Open[\s\S]*2\. Enter[\s\S]*3\. Choose/u);
  });

  it("asks back when sections compete, and answers the one that is chosen by number", async () => {
    const dialogue = startDialogue();

    const asked = await dialogue.say("How do I reset my password?");
    const answered = await dialogue.say("2");

    expect(asked?.decision).toBe("clarify");
    expect(asked?.options.map(({ label }) => label)).toEqual([
      "VPN password reset",
      "Mail password reset",
      "None of these",
    ]);
    expect(answered).toMatchObject({ decision: "answer" });
    expect(answered?.citations[0]?.section).toBe("Mail password reset");
    expect(answered?.text).toContain("Open the password page");
  });

  it.each([
    ["the second one", "Mail password reset"],
    ["vpn", "VPN password reset"],
    ["I mean the mail one", "Mail password reset"],
    ["the former", "VPN password reset"],
  ])("understands %j as a choice", async (words, section) => {
    const dialogue = startDialogue();

    await dialogue.say("How do I reset my password?");
    const answered = await dialogue.say(words);

    expect(answered?.citations[0]?.section).toBe(section);
  });

  it("answers a pressed option, and says shortly that an old one is no longer open", async () => {
    const dialogue = startDialogue();

    const asked = await dialogue.say("How do I reset my password?");
    const option = asked?.options[0]?.id ?? "";
    const answered = await dialogue.press(option);
    const stale = await dialogue.press(option);

    expect(answered?.citations[0]?.section).toBe("VPN password reset");
    expect(stale).toMatchObject({ decision: "smalltalk", citations: [] });
    expect(stale?.text).toContain("no longer open");
  });

  it("asks for other words after none of these, and then answers the best reading", async () => {
    const dialogue = startDialogue();

    const asked = await dialogue.say("How do I reset my password?");
    const again = await dialogue.say("none of these");
    const answered = await dialogue.say("How do I reset my password?");

    expect(asked?.decision).toBe("clarify");
    expect(again).toMatchObject({ decision: "clarify", options: [] });
    expect(answered?.decision).toBe("answer");
    expect(answered?.text).toContain("I take it that you mean");
  });

  it("shows a person of the desk which options were offered", async () => {
    const dialogue = startDialogue();

    await dialogue.say("How do I reset my password?");
    await dialogue.say("2");
    await dialogue.say("I want to talk to a person");
    const transcript = JSON.stringify(dialogue.told[0]?.event);

    expect(transcript).toContain(
      "\\n\\n1. VPN password reset\\n2. Mail password reset\\n3. None of these",
    );
  });

  it("calls a person when asking back led nowhere", async () => {
    const dialogue = startDialogue({ settings: { ...QUICK_SETTINGS, maxClarifications: 1 } });

    await dialogue.say("How do I reset my password?");
    const reply = await dialogue.say("none of these");

    expect(reply?.decision).toBe("escalate");
    expect(dialogue.told[0]?.event).toMatchObject({
      type: "case.requested",
      packet: { reason: "clarification-failed", question: "How do I reset my password?" },
    });
  });

  it("answers the best reading and says which, when it may not ask any more", async () => {
    const dialogue = startDialogue({ settings: { ...QUICK_SETTINGS, maxClarifications: 0 } });

    const reply = await dialogue.say("How do I reset my password?");

    expect(reply?.decision).toBe("answer");
    expect(reply?.text).toMatch(/I take it that you mean \*\*(?:Mail|VPN) password reset\*\*/u);
  });

  it("does not ask back when the question names one of the sections", async () => {
    const reply = await startDialogue().say("How do I reset my VPN password?");

    expect(reply?.decision).toBe("answer");
    expect(reply?.citations[0]?.section).toBe("VPN password reset");
  });

  it("says plainly what is not in the documents, and calls a person at the second miss in a row", async () => {
    const dialogue = startDialogue();

    const first = await dialogue.say("Who won the football world cup?");
    const second = await dialogue.say("What does a lawyer cost in Paris?");

    expect(first?.decision).toBe("decline");
    expect(first?.text).toMatch(/could not find/u);
    expect(first?.text).toContain("Shall I bring in a person?");
    expect(second?.decision).toBe("escalate");
    expect(dialogue.state()).toBe("waitingForAgent");
  });

  it("brings in a person when the offer is taken up", async () => {
    const dialogue = startDialogue();

    await dialogue.say("Who won the football world cup?");
    const reply = await dialogue.say("yes please");

    expect(reply?.decision).toBe("escalate");
    expect(reply?.case).toMatch(/^C-[0-9A-Z]{5}-[0-9A-Z]{5}$/u);
  });

  it("starts counting misses anew after an answer", async () => {
    const dialogue = startDialogue();

    await dialogue.say("Who won the football world cup?");
    await dialogue.say("How many days of annual leave do I get?");
    const reply = await dialogue.say("What does a lawyer cost in Paris?");

    expect(reply?.decision).toBe("decline");
  });

  it("completes a follow-up from the question before", async () => {
    const dialogue = startDialogue();

    await dialogue.say("How many days of annual leave do I get?");
    const reply = await dialogue.say("and sick leave?");

    expect(reply?.question).toBe("How many days of sick leave do I get?");
    expect(reply?.citations[0]?.section).toBe("Sick leave");
  });

  it("takes a correction for what was meant", async () => {
    const dialogue = startDialogue();

    await dialogue.say("How do I reset my mail password?");
    const reply = await dialogue.say("no, I meant the VPN password");

    expect(reply?.citations[0]?.section).toBe("VPN password reset");
  });

  it("repeats its last answer, drops a question, and forgets on request", async () => {
    const dialogue = startDialogue();

    const answered = await dialogue.say("How many days of annual leave do I get?");
    const repeated = await dialogue.say("can you repeat that?");
    const dropped = await dialogue.say("never mind");
    const forgotten = await dialogue.say("start over");
    const nothing = await dialogue.say("repeat that please");

    const [lead, ...sentences] = answered?.text.split("\n\n") ?? [];
    expect(lead).toBe("This is what the documents say:");
    expect(repeated?.text).toBe(["Here is what I said:", ...sentences].join("\n\n"));
    expect(dropped?.decision).toBe("smalltalk");
    expect(forgotten?.text).toContain("forgotten");
    expect(nothing?.text).toContain("not said anything yet");
  });

  it.each([
    ["hi there!", "Hello"],
    ["thanks a lot", "welcome"],
    ["are you a real person?", "program and not a person"],
    ["what can you do?", "look for answers"],
    ["/help", "start over"],
  ])("talks a little when somebody writes %j", async (words, expected) => {
    const reply = await startDialogue().say(words);

    expect(reply).toMatchObject({ decision: "smalltalk", confidence: null, citations: [] });
    expect(reply?.text).toContain(expected);
  });

  it("answers the question behind a greeting", async () => {
    const reply = await startDialogue().say("Hi! How many days of annual leave do I get? Thanks");

    expect(reply?.decision).toBe("answer");
    expect(reply?.question).toBe("How many days of annual leave do I get?");
  });

  it("says sorry when the documents cannot be reached, after one more try", async () => {
    const question = "How many days of annual leave do I get?";
    let tries = 0;
    const error = new FrontdeskError("knowledge_unavailable", "no index", { retryable: true });
    const broken = aBrokenRetriever(error);
    const dialogue = startDialogue({
      retriever: {
        retrieve: (request, call) => {
          if (request.query === question) tries += 1;
          return broken.retrieve(request, call);
        },
      },
    });

    const reply = await dialogue.say(question);

    expect(tries).toBe(2);
    expect(reply?.text).toContain("cannot reach the documents");
    expect(dialogue.state()).toBe("followUp");
  });

  it("answers an empty message and a bare file with a sentence", async () => {
    const dialogue = startDialogue();

    const empty = await dialogue.say("   ");
    const file = await dialogue.say("", {
      attachments: [{ name: "a.pdf", mediaType: null, sizeBytes: 1, url: "https://files.test/a" }],
    });

    expect(empty?.text).toContain("without text");
    expect(file?.text).toContain("together with the file");
  });

  it("says goodbye and then follows the talk no longer", async () => {
    const dialogue = startDialogue();

    await dialogue.say("How many days of annual leave do I get?");
    await dialogue.say("that's all, bye");
    const overheard = await dialogue.say("And sick leave?", { isAddressed: false });

    expect(dialogue.state()).toBe("closed");
    expect(overheard).toBeNull();
  });
});
