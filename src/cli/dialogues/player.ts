import { randomUUID } from "node:crypto";
import type { Rehearsal } from "../../compose-rehearsal.ts";
import {
  type ConversationId,
  conversationId,
  FrontdeskError,
  messageId,
  type Principal,
  type ReplyAddress,
  userId,
} from "../../core/index.ts";
import type { DeskAct } from "../../ports/application.ts";
import { type Heard, type Miss, missesOf } from "./check.ts";
import type { ScriptedDialogue, Step } from "./script.ts";

/** How one conversation went. */
export interface Played {
  readonly name: string;
  /** Empty when it went as it should. */
  readonly misses: readonly (Miss & { readonly turn: number; readonly step: string })[];
}

interface Stage {
  readonly rehearsal: Rehearsal;
  readonly id: ConversationId;
  readonly signal: AbortSignal;
}

function principalOf(name: string): Principal {
  return {
    platform: "console",
    userId: userId(name),
    displayName: name,
    role: "viewer",
    groups: [],
  };
}

function addressOf(id: ConversationId, replyTo: string | null): ReplyAddress {
  return {
    platform: "console",
    conversationId: id,
    channelId: id,
    threadId: null,
    replyTo: replyTo === null ? null : messageId(replyTo),
    ephemeral: false,
  };
}

async function say({ rehearsal, id }: Stage, text: string, by: string): Promise<string> {
  const name = randomUUID();
  await rehearsal.inbox.receive(
    {
      id: messageId(name),
      address: addressOf(id, name),
      principal: principalOf(by),
      audience: { kind: "private" },
      text,
      attachments: [],
      isAddressed: true,
      receivedAt: rehearsal.clock.now(),
    },
    [name],
    { gatherMs: 0 },
  );
  return name;
}

/** The id of an option of the last question back: by number, by a part of its label, or `none`. */
function optionOf({ rehearsal, id }: Stage, wanted: string | number): string {
  const asked = rehearsal.channel
    .posts()
    .findLast(({ address, reply }) => address.conversationId === id && reply.options.length > 0);
  const options = asked?.reply.options ?? [];
  const found =
    wanted === "none"
      ? options.at(-1)
      : typeof wanted === "number"
        ? options[wanted - 1]
        : options.find(({ label }) => label.includes(wanted));
  if (found !== undefined) return found.id;
  const labels = options.map(({ label }) => label).join(" | ") || "none";
  throw new FrontdeskError("usage", `There is no option ${wanted}; there are: ${labels}`);
}

async function press(stage: Stage, wanted: string | number, by: string): Promise<string> {
  const { rehearsal, id } = stage;
  const name = randomUUID();
  await rehearsal.inbox.tell(
    { kind: "dialogue", id },
    {
      type: "option.chosen",
      optionId: optionOf(stage, wanted),
      messageId: messageId(name),
      principal: principalOf(by),
      audience: { kind: "private" },
      address: addressOf(id, name),
    },
    [name],
  );
  return name;
}

function actOf({ agent: type, text }: Extract<Step, { agent: string }>): DeskAct {
  if (type === "reply" || type === "note") return { type, text };
  return type === "return" ? { type, hint: text === "" ? null : text } : { type };
}

async function act(stage: Stage, step: Extract<Step, { agent: string }>): Promise<null> {
  const { rehearsal, id, signal } = stage;
  const cases = await rehearsal.desk.cases({ includeResolved: true }, { signal });
  const own = cases.findLast(({ packet }) => packet.conversationId === id);
  if (own === undefined) {
    throw new FrontdeskError("usage", `There is no case that ${step.name} could ${step.agent}.`);
  }
  await rehearsal.desk.actOnCase(own.id, step.name, actOf(step), { signal });
  return null;
}

async function perform(stage: Stage, step: Step): Promise<string | null> {
  if ("say" in step) return say(stage, step.say, step.as);
  if ("press" in step) return press(stage, step.press, step.as);
  if ("agent" in step) return act(stage, step);
  stage.rehearsal.advance(step.wait);
  return null;
}

async function hear(stage: Stage, step: Step): Promise<Heard> {
  const { rehearsal, id, signal } = stage;
  const isOwn = ({ address }: { address: ReplyAddress }): boolean => address.conversationId === id;
  const before = rehearsal.channel.posts().filter(isOwn).length;
  const sent = await perform(stage, step);
  await rehearsal.settle({ signal });
  const posts = rehearsal.channel.posts().filter(isOwn).slice(before);
  return {
    replies: posts.map(({ reply }) => reply),
    settled: rehearsal.settled().find(({ to }) => to === sent)?.outcome ?? null,
  };
}

function describeStep(step: Step): string {
  if ("say" in step) return step.say;
  if ("press" in step) return `press ${step.press}`;
  return "agent" in step ? `${step.name}: ${step.agent} ${step.text}`.trim() : "wait";
}

/** Plays one conversation from its beginning; it ends at the first step that does not come to what it should. */
export async function playDialogue(
  rehearsal: Rehearsal,
  dialogue: ScriptedDialogue,
  call: { readonly signal: AbortSignal },
): Promise<Played> {
  const stage = { rehearsal, id: conversationId(`console:${randomUUID()}`), ...call };
  for (const [at, step] of dialogue.turns.entries()) {
    const turn = { turn: at + 1, step: describeStep(step) };
    try {
      const heard = await hear(stage, step);
      const misses = step.expect === undefined ? [] : missesOf(step.expect, heard);
      if (misses.length > 0) {
        return { name: dialogue.name, misses: misses.map((miss) => ({ ...miss, ...turn })) };
      }
    } catch (error) {
      if (!(error instanceof FrontdeskError) || error.code !== "usage") throw error;
      const miss = { what: "step", expected: "possible", got: error.message };
      return { name: dialogue.name, misses: [{ ...miss, ...turn }] };
    }
  }
  return { name: dialogue.name, misses: [] };
}
