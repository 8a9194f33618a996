import { describe, expect, it } from "vitest";
import { textsIn } from "../../../flows/texts/index.ts";
import type { Manner, RankedPassage, ReplyAddress } from "../../../src/core/index.ts";
import type { ChatModel } from "../../../src/ports/chat-model.ts";
import type { RetrievalRequest, Retriever } from "../../../src/ports/retriever.ts";
import { anAddress, aPassage, aPrincipal } from "../../support/flows-builders.ts";
import { aChatModel } from "../../support/flows-chat-model.ts";
import { startDialogue } from "../../support/flows-dialogue.ts";
import { aRetriever } from "../../support/flows-knowledge.ts";

const USUAL: Manner = { collection: null, language: null, tone: null };
const SALARY = "The bonus of full-time employees is 8 percent of the yearly salary.";
const SHARED = { kind: "shared", visible: ["public"] } as const;

function recording(inner: Retriever) {
  const requests: RetrievalRequest[] = [];
  const retriever: Retriever = {
    retrieve: (request, call) => {
      requests.push(request);
      return inner.retrieve(request, call);
    },
  };
  return { retriever, requests };
}

/** Everybody may read about leave; the bonus is for whoever asks in private. */
function withSecret(): Retriever {
  const open: readonly RankedPassage[] = [
    aPassage("Full-time employees get 26 days of annual leave a year.", { document: "leave" }),
  ];
  const secret = aPassage(SALARY, { document: "pay", title: "Pay", section: "Bonus" });
  return {
    retrieve: (request, call) => {
      const passages = request.audience.kind === "private" ? [...open, secret] : open;
      return aRetriever(passages).retrieve(request, call);
    },
  };
}

const PAGE = "Open the password page";

/** Only in private there is more than one way to understand a question about passwords. */
function withSecretChoice(): Retriever {
  const secrets: readonly RankedPassage[] = [
    aPassage("1. Open the password page.\n2. Enter the code from the app.", {
      document: "it",
      title: "Accounts",
      section: "Mail password reset",
    }),
    aPassage("Three wrong tries lock the VPN password. Only the IT Desk can reset it.", {
      document: "it",
      title: "Accounts",
      section: "VPN password reset",
    }),
  ];
  const open = aPassage("Full-time employees get 26 days of annual leave a year.", {
    document: "leave",
    title: "Leave",
    section: "Annual leave",
  });
  return {
    retrieve: (request, call) => {
      const passages = request.audience.kind === "private" ? [open, ...secrets] : [open];
      return aRetriever(passages).retrieve(request, call);
    },
  };
}

describe("what is set for the place", () => {
  it("lets answers rest on one collection", async () => {
    const { retriever, requests } = recording(aRetriever());

    await startDialogue({ retriever }).say("How many days of annual leave do I get?", {
      manner: { ...USUAL, collection: "handbook" },
    });

    expect(new Set(requests.flatMap(({ collections }) => collections))).toEqual(
      new Set(["handbook"]),
    );
  });

  it("gives answers in one language, and looks for the question in its own", async () => {
    const { retriever, requests } = recording(aRetriever());

    const reply = await startDialogue({ retriever }).say(
      "How many days of annual leave do I get?",
      { manner: { ...USUAL, language: "zh" } },
    );

    expect(reply?.language).toBe("zh");
    expect(requests[0]?.language).toBe("en");
  });

  it("tells the model how to sound", async () => {
    const chatModel = aChatModel("Full-time employees get 26 days of annual leave a year [1].");

    await startDialogue({ chatModel }).say("How many days of annual leave do I get?", {
      manner: { ...USUAL, tone: "brief" },
    });

    expect(chatModel.requests[0]?.messages[0]?.text).toContain("as briefly as you can");
  });
});

describe("a question in a channel whose answer not everybody there may read", () => {
  const asked = "What is the bonus of full-time employees?";
  const inChannel = { audience: SHARED, canAnswerPrivately: true } as const;
  const address = (posted: ReturnType<typeof startDialogue>["posted"]) => posted.at(-1)?.address;

  it("is answered to the asker alone", async () => {
    const dialogue = startDialogue({ retriever: withSecret() });

    const reply = await dialogue.say(asked, inChannel);

    expect(reply?.text).toContain("8 percent");
    expect(address(dialogue.posted)?.ephemeral).toBe(true);
  });

  it.each([
    ["a thread", { threadId: "1700.1" }],
    ["a chain of replies", {}],
  ])("is not remembered where others ask on, in %s", async (_, place) => {
    const dialogue = startDialogue({ retriever: withSecret() });
    const here = { ...inChannel, address: anAddress({ channelId: "C1", ...place }) };

    await dialogue.say(asked, here);
    const again = await dialogue.say("please repeat that", { ...here, by: "ben" });

    expect(again?.text).not.toContain("8 percent");
    expect(again?.citations).toEqual([]);
    expect(JSON.stringify(dialogue.context())).not.toContain("8 percent");
  });

  it("is answered to all when what all may read answers it", async () => {
    const dialogue = startDialogue({ retriever: withSecret() });

    const reply = await dialogue.say("How many days of annual leave do I get?", inChannel);

    expect(reply?.text).toContain("26 days");
    expect(address(dialogue.posted)?.ephemeral).toBe(false);
  });

  it("is declined before all where the platform cannot speak to one person", async () => {
    const dialogue = startDialogue({ retriever: withSecret() });

    const reply = await dialogue.say(asked, { audience: SHARED });

    expect(reply?.text).not.toContain("8 percent");
    expect(address(dialogue.posted)?.ephemeral).toBe(false);
  });

  it("leaves nothing behind that a later answer for all could tell", async () => {
    const chatModel = aChatModel(`${SALARY.replace(".", " [2].")}`, "Nothing [1].");
    const dialogue = startDialogue({ retriever: withSecret(), chatModel });
    const thread = anAddress({ channelId: "C1", threadId: "1.2" });

    const told = await dialogue.say(asked, { ...inChannel, address: thread });
    const repeated = await dialogue.say("repeat that", {
      ...inChannel,
      address: thread,
      principal: aPrincipal("ben"),
    });

    expect(told?.text).toContain("8 percent");
    expect(repeated?.text).not.toContain("8 percent");
    expect(JSON.stringify(dialogue.context())).not.toContain("8 percent");
  });
});

describe("a choice that one person makes alone, in talk to which others belong", () => {
  const chain = anAddress({ channelId: "C1" });
  const channel = {
    audience: SHARED,
    canAnswerPrivately: true,
    isSharedTalk: true,
    address: chain,
  } as const;

  async function chosen(address: Partial<ReplyAddress>, chatModel: ChatModel | null = null) {
    const dialogue = startDialogue({ retriever: withSecretChoice(), chatModel });
    const asked = await dialogue.say("How do I reset my password?", channel);
    const mail = asked?.options.find(({ label }) => label.startsWith("Mail"))?.id ?? "";
    const told = await dialogue.press(mail, "ana", {
      isSharedTalk: true,
      address: anAddress({ channelId: "C1", ...address }),
    });
    return { dialogue, told };
  }

  it.each([
    ["in a message that she sees alone", { ephemeral: true }],
    ["in direct messages that stand in for the channel", { channelId: "D1" }],
  ])("%s is answered, and not repeated to the others", async (_, address) => {
    const { dialogue, told } = await chosen(address);

    const again = await dialogue.say("please repeat that", { ...channel, by: "ben" });

    expect(told?.text).toContain(PAGE);
    expect(again?.text).not.toContain(PAGE);
    expect(again?.citations).toEqual([]);
    expect(JSON.stringify(dialogue.context())).not.toContain(PAGE);
  });

  it("is not in what a model is told for a later answer", async () => {
    const chatModel = aChatModel("Open the password page [1].", "You get 26 days [1].");
    const { dialogue, told } = await chosen({ ephemeral: true }, chatModel);
    const before = chatModel.requests.length;

    await dialogue.say("How many days of annual leave do I get?", { ...channel, by: "ben" });

    expect(told?.text).toContain(PAGE);
    expect(chatModel.requests.length).toBeGreaterThan(before);
    expect(JSON.stringify(chatModel.requests.slice(before))).not.toContain(PAGE);
  });

  it("stays out of the talk too when an older version did not say whose talk it is", async () => {
    const dialogue = startDialogue({ retriever: withSecretChoice() });
    const asked = await dialogue.say("How do I reset my password?", channel);
    const mail = asked?.options.find(({ label }) => label.startsWith("Mail"))?.id ?? "";

    const told = await dialogue.press(mail, "ana", {
      address: anAddress({ channelId: "C1", ephemeral: true }),
    });

    expect(told?.text).toContain(PAGE);
    expect(JSON.stringify(dialogue.context())).not.toContain(PAGE);
  });

  it("is remembered in a talk of her own", async () => {
    const dialogue = startDialogue({ retriever: withSecretChoice() });
    const own = { address: anAddress({ ephemeral: true }), isSharedTalk: false };
    const asked = await dialogue.say("How do I reset my password?", own);
    const mail = asked?.options.find(({ label }) => label.startsWith("Mail"))?.id ?? "";
    await dialogue.press(mail, "ana", own);

    expect((await dialogue.say("please repeat that", own))?.text).toContain(PAGE);
  });
});

describe("a repetition", () => {
  const asked = "What is the bonus of full-time employees?";

  it("of what was said in private is an answer anew where others read along", async () => {
    const dialogue = startDialogue({ retriever: withSecret() });
    const told = await dialogue.say(asked);

    const again = await dialogue.say("please repeat that", { audience: SHARED });

    expect(told?.text).toContain("8 percent");
    expect(again?.text).not.toContain("8 percent");
    expect(again?.question).toBe(asked);
  });

  it("of what insiders were told is an answer anew once guests read along", async () => {
    const dialogue = startDialogue();
    const inside = { kind: "shared", visible: ["public", "internal"] } as const;
    const question = "How many days of annual leave do I get?";
    await dialogue.say(question, { audience: inside });

    const same = await dialogue.say("please repeat that", { audience: inside, by: "ben" });
    const anew = await dialogue.say("please repeat that", { audience: SHARED, by: "ben" });

    expect(same?.text).toContain(textsIn("en").repeated);
    expect(anew?.text).toContain("26 days");
    expect(anew?.text).not.toContain(textsIn("en").repeated);
  });
});
