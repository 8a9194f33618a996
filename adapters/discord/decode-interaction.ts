import type { Language } from "../../src/core/index.ts";
import { KEEP_COMMAND } from "./commands.ts";
import { type CustomId, parseCustomId } from "./custom-ids.ts";
import { NO_GUILD } from "./ids.ts";
import {
  type DiscordInteraction,
  type DiscordMessage,
  type DiscordOption,
  interactionSchema,
} from "./payloads.ts";
import { type Actor, actorOf } from "./people.ts";
import { type Place, placeOf } from "./places.ts";

/** Who did something, where, and how it can be answered. */
export interface From {
  readonly id: string;
  readonly token: string;
  readonly application: string;
  readonly actor: Actor;
  /** May look after the server. */
  readonly isManager: boolean;
  readonly place: Place;
  /** The channel or thread. */
  readonly channel: string;
  /** That the person has set in Discord. */
  readonly language: Language;
}

/** What an interaction means. */
export type Interaction =
  | { readonly type: "ask"; readonly from: From; readonly text: string }
  | { readonly type: "search"; readonly from: From; readonly query: string }
  | { readonly type: "human"; readonly from: From; readonly text: string }
  | {
      readonly type: "kb";
      readonly from: From;
      readonly name: string;
      readonly options: Readonly<Record<string, string>>;
    }
  | { readonly type: "ask-about"; readonly from: From; readonly message: DiscordMessage }
  | { readonly type: "keep"; readonly from: From; readonly message: DiscordMessage }
  | { readonly type: "complete"; readonly from: From; readonly words: string }
  | {
      readonly type: "press";
      readonly from: From;
      readonly id: CustomId;
      readonly values: readonly string[];
      readonly message: DiscordMessage;
    }
  | {
      readonly type: "filled";
      readonly from: From;
      readonly id: CustomId;
      readonly text: string;
      readonly message: DiscordMessage | null;
    }
  | { readonly type: "nothing"; readonly from: From | null };

const KINDS = { command: 2, component: 3, autocomplete: 4, form: 5 } as const;
/** Context menu of a message. */
const MESSAGE_COMMAND = 3;
const MANAGE_GUILD = (1n << 5n) | (1n << 3n);

function isManager(permissions: string | undefined): boolean {
  if (permissions === undefined || !/^\d+$/u.test(permissions)) return false;
  return (BigInt(permissions) & MANAGE_GUILD) !== 0n;
}

/** Who did something and where; null when nobody did. */
export function readFrom(given: DiscordInteraction): From | null {
  const { member, guild_id: guild = null, channel_id: channel, id, token } = given;
  const user = member?.user ?? given.user;
  if (user === undefined || channel === undefined) return null;
  const place: Place =
    given.channel === undefined
      ? { guild, channel, thread: null, isDirect: guild === null, title: "" }
      : placeOf(given.channel, guild);
  return {
    id,
    token,
    application: given.application_id,
    actor: actorOf(user, member, guild),
    isManager: isManager(member?.permissions),
    place,
    channel,
    language: given.locale?.startsWith("zh") === true ? "zh" : "en",
  };
}

function textOf(options: readonly DiscordOption[] | undefined): string {
  const [first] = options ?? [];
  return String(first?.value ?? "").trim();
}

function readCommand(given: DiscordInteraction, from: From): Interaction {
  const { name = "", type, options, resolved, target_id: target = "" } = given.data ?? {};
  if (type === MESSAGE_COMMAND) {
    const message = resolved?.messages?.[target];
    if (message === undefined) return { type: "nothing", from };
    return { type: name === KEEP_COMMAND ? "keep" : "ask-about", from, message };
  }
  if (name === "ask") return { type: "ask", from, text: textOf(options) };
  if (name === "search") return { type: "search", from, query: textOf(options) };
  if (name === "human") return { type: "human", from, text: textOf(options) };
  const [sub] = options ?? [];
  if (name !== "kb" || sub === undefined) return { type: "nothing", from };
  const given_ = (sub.options ?? []).map((one) => [one.name, String(one.value ?? "")] as const);
  return { type: "kb", from, name: sub.name, options: Object.fromEntries(given_) };
}

/** The one text of a form, in whatever it is wrapped. */
export function filledText(components: unknown): string {
  if (Array.isArray(components)) {
    return components.map(filledText).find((text) => text !== "") ?? "";
  }
  if (typeof components !== "object" || components === null) return "";
  if ("value" in components && typeof components.value === "string") return components.value;
  if ("component" in components) return filledText(components.component);
  return "components" in components ? filledText(components.components) : "";
}

function readPress(given: DiscordInteraction, from: From): Interaction {
  const { custom_id: customId = "", values = [], components } = given.data ?? {};
  const id = parseCustomId(customId);
  const message = given.message ?? null;
  if (id === null) return { type: "nothing", from };
  if (given.type === KINDS.form) {
    return { type: "filled", from, id, text: filledText(components), message };
  }
  return message === null
    ? { type: "nothing", from }
    : { type: "press", from, id, values, message };
}

/** Makes sense of an interaction; null when it is none. Never throws, whatever it is. */
export function decodeInteraction(data: unknown): Interaction | null {
  const parsed = interactionSchema.safeParse(data);
  if (!parsed.success) return null;
  const from = readFrom(parsed.data);
  if (from === null) return { type: "nothing", from: null };
  switch (parsed.data.type) {
    case KINDS.command:
      return readCommand(parsed.data, from);
    case KINDS.autocomplete: {
      const options = parsed.data.data?.options ?? [];
      const focused = options.find((one) => one.focused === true);
      return { type: "complete", from, words: String(focused?.value ?? "") };
    }
    case KINDS.component:
    case KINDS.form:
      return readPress(parsed.data, from);
    default:
      return { type: "nothing", from };
  }
}

/** The server of a conversation, or what stands for it. */
export function guildOf({ place }: From): string {
  return place.guild ?? NO_GUILD;
}
