import { randomUUID } from "node:crypto";
import { z } from "zod";
import type { Audience } from "../../src/core/index.ts";
import type { Logger } from "../../src/ports/logger.ts";
import type { Remembered } from "../shared/remembered.ts";
import { createTtlCache } from "../shared/ttl-cache.ts";
import type { SlackApi, SlackCall } from "./client.ts";
import type { SlackIdentity } from "./decode.ts";
import { isDirect } from "./ids.ts";
import type { SlackPeople } from "./people.ts";
import { channelSettings, type SlackSettings } from "./settings.ts";
import { unlessLate } from "./unless-late.ts";

const infoAnswer = z.object({
  channel: z.object({
    id: z.string(),
    is_ext_shared: z.boolean().nullish(),
    is_shared: z.boolean().nullish(),
    is_pending_ext_shared: z.boolean().nullish(),
    is_org_shared: z.boolean().nullish(),
  }),
});
const membersAnswer = z.object({
  members: z.array(z.string()),
  response_metadata: z.object({ next_cursor: z.string().optional() }).optional(),
});

/** Who reads along in a channel. */
export interface SlackAudiences {
  /** When Slack does not say, only what is public may be shown. */
  of(channel: string, call: SlackCall): Promise<Audience>;
  /** The same by the time of the limit: then what is public. */
  by(channel: string, limit: AbortSignal, call: SlackCall): Promise<Audience>;
  /** The same, asked of Slack now, whatever is remembered: before something is shown to a whole channel. */
  afresh(channel: string, call: SlackCall): Promise<Audience>;
  /** Somebody came: no process trusts what it remembers of the channel once this has resolved. */
  changed(channel: string): Promise<void>;
  /** An event says that another organisation reads along: only what is public may be shown from now on. */
  seenShared(channel: string): Promise<void>;
}

const AUDIENCE_MS = 10 * 60_000;
/** Longer than anything is remembered that was looked up before the change. */
const CHANGE_MS = 6 * AUDIENCE_MS;
/** In larger channels nobody can say that there is no guest. */
const MAX_MEMBERS = 5_000;
const PAGE = 1_000;
/** Members of whom nothing is known yet; with more of them a channel counts as having guests. */
const MAX_LOOKED_UP = 30;

/** Somebody uses a command in a channel that the bot is not in: that is no trouble. */
const NOT_SEEN = new Set(["channel_not_found", "not_in_channel"]);

const changeName = (channel: string): string => `readers:${channel}`;

const PUBLIC_ONLY: Audience = { kind: "shared", visible: ["public"] };

/**
 * Decides by the channel's settings, else by who is in it: other organisations and people whose role does not let them read
 * what is internal make it public. A process remembers that for ten minutes, together with the mark of the channel's last
 * change, which all processes share: Slack tells of a new member to one of them alone.
 */
export function createSlackAudiences(options: {
  readonly api: SlackApi;
  readonly identity: () => Promise<SlackIdentity>;
  readonly people: SlackPeople;
  readonly memory: Remembered;
  readonly settings: SlackSettings;
  readonly logger: Logger;
}): SlackAudiences {
  const { api, people, memory, settings, logger } = options;
  const known = createTtlCache<Audience>(AUDIENCE_MS);
  /** Channels that an event named as shared, with the time: Slack's own answer may lag behind. */
  const shared = createTtlCache<true>(AUDIENCE_MS);

  /** Null when nobody can say without asking for very many people one by one. */
  const doAllReadInternal = async (
    members: readonly string[],
    call: SlackCall,
  ): Promise<boolean | null> => {
    const { userId: bot } = await options.identity();
    const unknown: string[] = [];
    for (const user of members) {
      if (user === bot) continue;
      const reads = await people.knownToReadInternal(user);
      if (reads === false) return false;
      if (reads === null) unknown.push(user);
    }
    if (unknown.length > MAX_LOOKED_UP) return null;
    const found = await Promise.all(unknown.map((user) => people.readsInternal(user, call)));
    return !found.includes(false);
  };

  const isInternal = async (channel: string, call: SlackCall): Promise<boolean> => {
    await people.preload(call).catch((error: unknown) => {
      logger.debug({ err: error }, "people are looked up one by one");
    });
    let cursor: string | undefined;
    for (let seen = 0; seen < MAX_MEMBERS; seen += PAGE) {
      const args = { channel, limit: PAGE, ...(cursor === undefined ? {} : { cursor }) };
      const answer = await api.call("conversations.members", args, membersAnswer, {
        ...call,
        expects: NOT_SEEN,
      });
      if ((await doAllReadInternal(answer.members, call)) !== true) return false;
      cursor = answer.response_metadata?.next_cursor;
      if (cursor === undefined || cursor === "") return true;
    }
    return false;
  };

  const ask = async (channel: string, call: SlackCall): Promise<Audience> => {
    const answer = await api.call("conversations.info", { channel }, infoAnswer, {
      ...call,
      expects: NOT_SEEN,
    });
    const {
      is_ext_shared: ext,
      is_pending_ext_shared: pending,
      is_shared: shared,
    } = answer.channel;
    const isInOrganisation = answer.channel.is_org_shared === true;
    const isShared = ext === true || pending === true || (shared === true && !isInOrganisation);
    if (isShared || !(await isInternal(channel, call))) return PUBLIC_ONLY;
    return { kind: "shared", visible: ["public", "internal"] };
  };

  /** What needs no question to Slack. */
  const settled = (channel: string): Audience | null => {
    if (isDirect(channel)) return { kind: "private" };
    const configured = channelSettings(settings, channel).visible;
    if (configured !== null) return { kind: "shared", visible: configured };
    return shared.peek(channel, AUDIENCE_MS) === null ? null : PUBLIC_ONLY;
  };

  const changed: SlackAudiences["changed"] = (channel) =>
    memory.set(changeName(channel), randomUUID(), CHANGE_MS);

  const unlessUnknown = async (
    channel: string,
    call: SlackCall,
    look: () => Promise<Audience>,
  ): Promise<Audience> => {
    try {
      return settled(channel) ?? (await look());
    } catch (error) {
      call.signal.throwIfAborted();
      logger.warn(
        { err: error, channel },
        "a channel's readers are unknown; only public documents are used",
      );
      return PUBLIC_ONLY;
    }
  };

  const of: SlackAudiences["of"] = (channel, call) =>
    unlessUnknown(channel, call, async () => {
      // Read before the look-up: what changes meanwhile makes the result worthless.
      const change = (await memory.get(changeName(channel), z.string())) ?? "none";
      return known.get(`${channel}@${change}`, () => ask(channel, call));
    });

  return {
    of,
    by(channel, limit, call) {
      return unlessLate(of(channel, call), limit, () => {
        logger.warn({ channel }, "Slack is slow to say who reads along");
        return PUBLIC_ONLY;
      });
    },
    afresh: (channel, call) => unlessUnknown(channel, call, () => ask(channel, call)),
    changed,
    async seenShared(channel) {
      if (isDirect(channel)) return;
      const isNews = shared.peek(channel, AUDIENCE_MS) === null;
      shared.put(channel, true);
      if (isNews) await changed(channel);
    },
  };
}
