import { createHash } from "node:crypto";

/** Names of everything that can be pressed. They stand in old messages: never rename one. */
export const ACTIONS = {
  /** A choice of a clarifying question, as a button; the argument is the option. */
  choose: "choose",
  /** The same as a list; the options are its values. */
  pick: "pick",
  good: "good",
  bad: "bad",
  /** What was wrong with an answer: the form, and what was written in it. */
  note: "note",
  person: "person",
  stop: "stop",
  mute: "mute",
  share: "share",
  /** "Yes, answer": the argument is the message that is meant. */
  answer: "answer",
  /** Shows an answer that only its asker may see. */
  show: "show",
  /** The whole answer as a file. */
  file: "file",
} as const;
export type Action = (typeof ACTIONS)[keyof typeof ACTIONS];

/** What a button says when it is pressed. */
export interface CustomId {
  readonly action: Action;
  /** First message of the chain in which it stands; `@` for what one person sees alone, `-` where the channel says it. */
  readonly scope: string;
  readonly argument: string;
  /** Names the message that it belongs to; empty for none. */
  readonly mark: string;
}

/** Limit of Discord. */
const MAX_LENGTH = 100;

/** `fd:person:1234:en~Ab3dE6gh` */
export function customId({ action, scope, argument, mark }: CustomId): string {
  const text = `fd:${action}:${scope}:${argument}~${mark}`;
  if (text.length > MAX_LENGTH) throw new RangeError(`a custom id of ${text.length} characters`);
  return text;
}

/** Reads {@link customId} back; null when it is none of ours. */
export function parseCustomId(text: string): CustomId | null {
  const parts = /^fd:([a-z]+):([^:~]+):([^~]*)~([\w-]*)$/u.exec(text);
  if (parts === null) return null;
  const [, name = "", scope = "", argument = "", mark = ""] = parts;
  const action = Object.values(ACTIONS).find((one) => one === name);
  return action === undefined ? null : { action, scope, argument, mark };
}

function hash(text: string): string {
  return createHash("sha256").update(text).digest("base64url");
}

/** The name of a message on its buttons. */
export function markOf(key: string): string {
  return hash(key).slice(0, 10);
}

/** Discord's nonce for a part of a message: at most 25 characters. */
export function nonceOf(key: string, part: number): string {
  return `${hash(key).slice(0, 20)}.${part}`;
}
