import { describe, expect, it } from "vitest";
import {
  boardKind,
  caseKind,
  DEFAULT_DIALOGUE_SETTINGS,
  dialogueKind,
  draftKind,
  fileKind,
} from "../../../flows/index.ts";
import {
  type CaseEvent,
  caseId,
  type DialogueEvent,
  type FileEvent,
} from "../../../src/core/index.ts";
import { createReducer, type MachineKind } from "../../../src/runtime/index.ts";
import { aMessage } from "../../support/flows-builders.ts";
import { QUICK_SETTINGS, startDialogue } from "../../support/flows-dialogue.ts";

const QUESTION = "How many days of annual leave do I get?";
const kind = dialogueKind(QUICK_SETTINGS);
const received = { type: "message.received", message: aMessage(QUESTION), at: 5 } as const;

function fallBack(context: unknown) {
  const reducer = createReducer(kind);
  return reducer.fallBack("console:test", JSON.stringify({ v: 1, context }), "broken", 10);
}

it("a dialogue is kept while a case of it is open, and may be forgotten when that is over", async () => {
  const dialogue = startDialogue();
  const isKept = () => kind.isKept?.(dialogue.context());
  const before = isKept();

  const opened = await dialogue.say("I want a human");
  const during = isKept();
  const id = caseId(opened?.case ?? "");
  dialogue.send({ type: "case.resolved", caseId: id, agent: "Mia", at: 9 });

  expect([before, during, isKept()]).toEqual([false, true, false]);
});

describe("a dialogue whose stored state cannot be read", () => {
  it("hands the next message to a person", () => {
    const reducer = createReducer(kind);

    const lost = reducer.fallBack("console:test", "{ no json", "broken", 10);
    const next = reducer.step(lost, { type: "event", event: received }, 20);

    expect(lost.value).toBe("idle");
    expect(next.value).toBe("escalating");
    expect(next.context).toMatchObject({ active: { escalation: "conversation-unreadable" } });
  });

  it("hands over at once the turn that was under way, so that nobody waits for ever", async () => {
    const dialogue = startDialogue();
    dialogue.send(received);

    const recovered = fallBack(dialogue.context());

    expect(recovered.value).toBe("escalating");
    expect(Object.keys(recovered.tasks)).toEqual(["summarize"]);
    expect(recovered.context).toMatchObject({ active: { texts: [QUESTION] } });
  });

  it("leaves a customer with the person who has his case, with what was said", async () => {
    const dialogue = startDialogue();
    await dialogue.say(QUESTION);
    await dialogue.say("I want a human");

    const recovered = fallBack(dialogue.context());

    expect(recovered.value).toBe("withAgent");
    expect(recovered.context).toMatchObject({ openCase: { customer: "ana" } });
    expect(JSON.stringify(recovered.context)).toContain(QUESTION);
  });

  it("hands over every message of a burst that was being answered", () => {
    const dialogue = startDialogue();
    dialogue.send(received);
    const more = { ...received, message: aMessage("And for contractors?") };
    dialogue.send(more);

    const recovered = fallBack(dialogue.context());

    expect(recovered.context).toMatchObject({
      active: { texts: [QUESTION, "And for contractors?"] },
    });
  });

  it("tells the person who has the case what the bot was answering meanwhile", () => {
    const dialogue = startDialogue();
    dialogue.send(received);
    const { address } = received.message;
    const openCase = { id: "C-1", address, customer: "ana", language: "en" };

    const recovered = fallBack({ ...Object(dialogue.context()), openCase });

    expect(recovered.value).toBe("waitingForAgent");
    const told = recovered.outbox.filter(({ type }) => type === "tell");
    expect(JSON.stringify(told)).toContain(QUESTION);
  });

  it("hands over the very message over which it was found to be broken", () => {
    const reducer = createReducer(kind);
    const fresh = reducer.init("console:test", 1);
    const rest = Object.fromEntries(
      Object.entries(Object(fresh.context)).filter(
        ([key]) => !["turns", "lastReply"].includes(key),
      ),
    );
    const broken = { ...fresh, context: { ...rest, queue: 3 } };
    const event = { type: "event", event: received } as const;
    expect(() => reducer.step(broken, event, 20)).toThrow();

    const recovered = reducer.recover("console:test", broken, event, "broken", 20);

    expect(recovered.value).toBe("escalating");
    expect(recovered.context).toMatchObject({
      active: { texts: [QUESTION], escalation: "conversation-unreadable" },
    });
  });

  it.each([null, 7, [], {}, { active: { incoming: 3 } }, { turns: "x", queue: 4, openCase: [] }])(
    "survives %j",
    (context) => {
      expect(fallBack(context).value).toBe("idle");
    },
  );
});

describe("the kinds", () => {
  it("say where the progress of a running turn is shown, and nowhere else", () => {
    const dialogue = startDialogue();
    const idle = kind.addressOf(dialogue.context());
    dialogue.send(received);

    expect(idle).toBeNull();
    expect(kind.addressOf(dialogue.context())).toEqual(received.message.address);
    expect(kind.addressOf("nonsense")).toBeNull();
  });

  it("know every kind of event there is, since what is unknown is left to a newer version", () => {
    const dialogue = {
      ...{ "message.received": true, "message.limited": true, "option.chosen": true },
      ...{ "stop.requested": true, "conversation.reset": true, "conversation.seeded": true },
      ...{ "case.claimed": true, "case.released": true, "case.replied": true },
      ...{ "case.resolved": true, "case.returned": true, "case.reopened": true },
      ...{ "case.revised": true, "case.withdrawn": true, "message.withdrawn": true },
    } satisfies Record<DialogueEvent["type"], true>;
    const ofCase = {
      ...{ "case.requested": true, "customer.wrote": true, "customer.cancelled": true },
      ...{ "customer.rated": true, "target.passed": true, "agent.claimed": true },
      ...{ "agent.released": true, "agent.assigned": true, "agent.transferred": true },
      ...{ "agent.prioritised": true, "agent.noted": true, "agent.replied": true },
      ...{ "agent.resolved": true, "agent.returned": true, "agent.reopened": true },
      ...{ "agent.blocked": true, "agent.revised": true, "agent.withdrew": true },
      ...{ "customer.revised": true, "customer.withdrew": true },
    } satisfies Record<CaseEvent["type"], true>;
    const unknownTo = (name: MachineKind, types: object): readonly string[] => {
      const { knows } = createReducer(name);
      return Object.keys(types).filter((type) => !knows(type));
    };

    expect(unknownTo(kind, dialogue)).toEqual([]);
    expect(unknownTo(caseKind(QUICK_SETTINGS), ofCase)).toEqual([]);
    expect(unknownTo(boardKind(), { "board.changed": true })).toEqual([]);
    const ofFiles = { "files.sent": true, "files.withdrawn": true } satisfies Record<
      FileEvent["type"],
      true
    >;
    expect(unknownTo(fileKind(), ofFiles)).toEqual([]);
    expect(unknownTo(draftKind(QUICK_SETTINGS), { "draft.asked": true })).toEqual([]);
  });

  it("are named as the runtime's registry and their messages to one another want it", () => {
    expect(kind.kind).toBe("dialogue");
    expect(caseKind(DEFAULT_DIALOGUE_SETTINGS).kind).toBe("case");
  });

  it("keep a case whose state was lost with its agent, or waiting", () => {
    const reducer = createReducer(caseKind(DEFAULT_DIALOGUE_SETTINGS));

    const held = reducer.fallBack("C-1", JSON.stringify({ context: { agent: "Mia" } }), "x", 1);
    const lost = reducer.fallBack("C-2", "nothing", "x", 1);

    expect([held.value, lost.value]).toEqual([{ claimed: "forAgent" }, "queued"]);
  });
});
