import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import type { Courier, Delivery, DeliveryOutcome, DeliveryRecord } from "./deliveries.ts";
import type { SlackLimits } from "./limits.ts";
import type { Scopes } from "./scopes.ts";
import type { World } from "./world.ts";

type Body = Readonly<Record<string, unknown>>;

/** Sends what happens to the app, again when it is not acknowledged. */
export interface Dispatch {
  /** An event for subscribers. Null when the app gets no such events, or is not in the channel. */
  event(event: { readonly type: string } & Body): Promise<DeliveryRecord> | null;
  /** A pressed button, a shortcut: tried once. */
  interaction(body: Body): Promise<DeliveryRecord>;
  command(body: Body): Promise<DeliveryRecord>;
  /** Sends an event again, as it was. */
  repeat(record: DeliveryRecord): Promise<DeliveryRecord>;
  /** The next `count` events are each sent twice. */
  duplicateNext(count: number): void;
  /** Resolves when nothing is under way. */
  settled(): Promise<void>;
  readonly records: readonly DeliveryRecord[];
  /** Subscriptions through which something was sent. */
  readonly used: ReadonlySet<string>;
}

const KIND_NAMES = { public: "channels", private: "groups", im: "im", mpim: "mpim" } as const;

function channelIdOf(event: Body): string | null {
  const item = z.object({ channel: z.string() }).safeParse(event["item"]);
  const named = event["channel"] ?? event["channel_id"] ?? item.data?.channel;
  return typeof named === "string" ? named : null;
}

/** The scope without which an app is not told; null for events that are free. */
function scopeOf(name: string, event: Body, world: World): string | null {
  if (name === "app_mention") return "app_mentions:read";
  if (name.startsWith("message.")) return `${name.slice("message.".length)}:history`;
  if (name.startsWith("reaction_")) return "reactions:read";
  if (name.startsWith("pin_")) return "pins:read";
  if (name !== "member_joined_channel" && name !== "channel_shared") return null;
  const channel = world.channels.get(channelIdOf(event) ?? "");
  return channel === undefined ? null : `${KIND_NAMES[channel.kind]}:read`;
}

/** The name under which an app subscribes to this event; null when nobody is told. */
function subscriptionOf(event: { readonly type: string } & Body, world: World): string | null {
  const channel = world.channels.get(channelIdOf(event) ?? "");
  if (channel !== undefined && !channel.members.has(world.bot.id)) return null;
  if (event.type !== "message") return event.type;
  return channel === undefined ? null : `message.${KIND_NAMES[channel.kind]}`;
}

function eventBody(event: Body, world: World): Body {
  const channel = world.channels.get(channelIdOf(event) ?? "");
  const authorization = {
    enterprise_id: null,
    team_id: world.teamId,
    user_id: world.bot.id,
    is_bot: true,
    is_enterprise_install: false,
  };
  return {
    token: "unused",
    team_id: world.teamId,
    api_app_id: world.appId,
    event: {
      event_ts: world.nextTs(),
      ...(channel === undefined || event["type"] !== "message"
        ? {}
        : {
            channel_type:
              channel.kind === "im" ? "im" : KIND_NAMES[channel.kind].replace(/s$/u, ""),
          }),
      ...event,
    },
    type: "event_callback",
    event_id: world.newId("Ev"),
    event_time: Math.floor(world.now() / 1000),
    authorizations: [authorization],
    is_ext_shared_channel: channel?.isExtShared ?? false,
  };
}

function reasonOf(outcome: DeliveryOutcome): string {
  if (outcome.type === "timeout") return "http_timeout";
  return outcome.type === "refused" ? "http_error" : "connection_failed";
}

export function createDispatch(options: {
  readonly world: World;
  readonly limits: SlackLimits;
  readonly subscriptions: ReadonlySet<string>;
  readonly scopes: Scopes;
  readonly courier: () => Courier;
}): Dispatch {
  const { world, limits, scopes } = options;
  const records: DeliveryRecord[] = [];
  const used = new Set<string>();
  const running = new Set<Promise<unknown>>();
  let toDuplicate = 0;

  const send = async (kind: Delivery["kind"], body: Body, delays: readonly number[]) => {
    const outcomes: DeliveryOutcome[] = [];
    let reason: string | null = null;
    for (const [attempt, delay] of [0, ...delays].entries()) {
      if (delay > 0) await sleep(delay, undefined, { ref: false });
      const outcome: DeliveryOutcome = await options
        .courier()
        .deliver({ kind, body, attempt, reason });
      outcomes.push(outcome);
      if (outcome.type === "acknowledged") break;
      reason = reasonOf(outcome);
    }
    const id = String(body["event_id"] ?? body["trigger_id"] ?? "");
    const record = { kind, id, body, outcomes };
    records.push(record);
    world.changed();
    return record;
  };

  const track = <Result>(work: Promise<Result>): Promise<Result> => {
    running.add(work);
    void work.finally(() => running.delete(work));
    return work;
  };

  return {
    records,
    used,
    event(event) {
      const name = subscriptionOf(event, world);
      if (name === null || !options.subscriptions.has(name)) return null;
      const scope = scopeOf(name, event, world);
      if (scope !== null && !scopes.granted.has(scope)) return null;
      if (scope !== null) scopes.used.add(scope);
      used.add(name);
      const body = eventBody(event, world);
      if (toDuplicate > 0) {
        toDuplicate -= 1;
        void track(send("events_api", body, limits.retryDelaysMs));
      }
      return track(send("events_api", body, limits.retryDelaysMs));
    },
    interaction: (body) => track(send("interactive", body, [])),
    command(body) {
      scopes.used.add("commands");
      return track(send("slash_commands", body, []));
    },
    repeat: (record) => track(send(record.kind, record.body, [])),
    duplicateNext(count) {
      toDuplicate += count;
    },
    async settled() {
      while (running.size > 0) await Promise.allSettled(running);
    },
  };
}
