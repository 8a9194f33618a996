import fc from "fast-check";
import { expect, it } from "vitest";
import { z } from "zod";
import { caseKind, DEFAULT_DIALOGUE_SETTINGS } from "../../../flows/index.ts";
import { type CaseEvent, caseId, type DialogueEvent, messageId } from "../../../src/core/index.ts";
import { aMessage } from "../../support/flows-builders.ts";
import { startDialogue } from "../../support/flows-dialogue.ts";
import { type Harness, startHarness } from "../../support/flows-harness.ts";

const shown = z.object({
  update: z.object({
    type: z.literal("entry"),
    entry: z.object({ kind: z.literal("customer"), text: z.string() }),
  }),
});

/** What can happen next: somebody acts, or one of the two mailboxes is read, or the bot gets on with its work. */
const STEPS = [
  "write",
  "write",
  "claim",
  "reply",
  "release",
  "resolve",
  "return",
  "reopen",
  "case reads",
  "case reads",
  "dialogue reads",
  "dialogue reads",
  "work",
] as const;
type Step = (typeof STEPS)[number];

const ACTS: Partial<Readonly<Record<Step, (at: number) => CaseEvent>>> = {
  claim: (at) => ({ type: "agent.claimed", agent: "Mia", at }),
  reply: (at) => ({ type: "agent.replied", agent: "Mia", text: "One moment", at }),
  release: (at) => ({ type: "agent.released", agent: "Mia", at }),
  resolve: (at) => ({ type: "agent.resolved", agent: "Mia", at }),
  return: (at) => ({ type: "agent.returned", agent: "Mia", hint: null, at }),
  reopen: (at) => ({ type: "agent.reopened", agent: "Mia", at }),
};

/** Who is in charge, as one of the two has it. */
function whoActs(state: string): string {
  if (state === "withAgent" || state.startsWith("claimed")) return "agent";
  return state === "waitingForAgent" || state === "queued" ? "nobody yet" : "bot";
}

/** A dialogue and its case, each with a mailbox that is read when the schedule says so. */
async function openCase() {
  const dialogue = startDialogue();
  const id = (await dialogue.say("I want to talk to a person"))?.case ?? "no case";
  const cases = new Map<string, Harness>();
  const caseOf = (name: string): Harness => {
    const known = cases.get(name) ?? startHarness(caseKind(DEFAULT_DIALOGUE_SETTINGS), {}, name);
    cases.set(name, known);
    return known;
  };
  const unheard: string[] = [];
  let toCase = 0;
  const toDialogue = new Map<string, number>();
  const caseReads = (): boolean => {
    const next = dialogue.told[toCase];
    if (next === undefined) return false;
    toCase += 1;
    if (next.to.kind !== "case") return true;
    const one = caseOf(next.to.id);
    one.send(next.event);
    // Nobody looks at a case that is over: words that reach it open it again.
    if (next.event.type === "customer.wrote" && /resolved|closed/u.test(one.state())) {
      unheard.push(next.event.text);
    }
    return true;
  };
  const dialogueReads = (): boolean => {
    for (const [name, one] of cases) {
      const at = toDialogue.get(name) ?? 0;
      const next = one.told[at];
      if (next === undefined) continue;
      toDialogue.set(name, at + 1);
      dialogue.send(next.event);
      return true;
    }
    return false;
  };
  caseReads();
  return { dialogue, agent: caseOf(caseId(id)), cases, unheard, caseReads, dialogueReads };
}

async function play(steps: readonly Step[]) {
  const { dialogue, agent, cases, unheard, caseReads, dialogueReads } = await openCase();
  const said: { readonly id: string; readonly text: string; readonly repliesBefore: number }[] = [];
  const over: string[] = [];
  const write = (): void => {
    const n = said.length;
    const [id, text] = [messageId(`words ${n}`), `my badge number ${n} is broken`];
    const repliesBefore = dialogue.posted.length;
    said.push({ id, text, repliesBefore });
    const event: DialogueEvent = {
      type: "message.received",
      message: aMessage(text, { id }),
      at: n,
    };
    const isMute = dialogue.state() === "withAgent";
    dialogue.send(event);
    if (isMute && dialogue.posted.length > repliesBefore) over.push(text);
  };
  for (const [at, step] of steps.entries()) {
    if (step === "write") write();
    else if (step === "case reads") caseReads();
    else if (step === "dialogue reads") dialogueReads();
    else if (step === "work") await dialogue.runTask();
    else agent.send(ACTS[step]?.(at + 2) ?? { type: "agent.noted", agent: "Mia", text: "", at });
    if (dialogue.state() === "withAgent" && dialogue.pending().length > 0) over.push(step);
  }
  for (let isBusy = true; isBusy; ) {
    await dialogue.settle(0);
    isBusy = caseReads() || dialogueReads();
  }
  const atDesk = [...cases.values()].flatMap(({ published }) =>
    published.flatMap((one) => {
      const entry = shown.safeParse(one);
      return entry.success ? entry.data.update.entry.text.split("\n") : [];
    }),
  );
  const forwarded = dialogue.told.flatMap(({ event }) =>
    // A burst that was about to be answered is handed on as one.
    event.type === "customer.wrote" ? event.text.split("\n") : [],
  );
  const alone = said.filter(({ text }) => !forwarded.includes(text));
  const isAnswered = ({ repliesBefore }: (typeof said)[number]): boolean =>
    dialogue.posted
      .slice(repliesBefore)
      .some(({ address }) => alone.some(({ id }) => id === address.replyTo));
  return {
    atDesk,
    over,
    unheard,
    inCharge: {
      dialogue: whoActs(dialogue.state()),
      case: [...cases.values()].map((one) => whoActs(one.state())).find((who) => who !== "bot"),
    },
    lost: alone.filter((one) => !isAnswered(one)),
    forwarded,
    inOrder: said.map(({ text }) => text).filter((text) => forwarded.includes(text)),
  };
}

it("loses no word of a customer, doubles none, keeps their order, talks over nobody and agrees with the case on who is in charge, however the words cross with what an agent does", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom(...STEPS), { minLength: 5, maxLength: 30 }),
      async (steps) => {
        const { atDesk, over, unheard, lost, forwarded, inOrder, inCharge } = await play(steps);

        expect(lost).toEqual([]);
        expect(unheard).toEqual([]);
        expect(over).toEqual([]);
        expect(inCharge.dialogue).toBe(inCharge.case ?? "bot");
        expect(forwarded).toEqual(inOrder);
        expect(atDesk).toEqual(forwarded);
      },
    ),
    { numRuns: 60 },
  );
});
