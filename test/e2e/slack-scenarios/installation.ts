import { startSlackFor } from "../../support/slack/adapter.ts";
import {
  type FrontdeskProcess,
  type ProcessOptions,
  startFrontdesk,
} from "../../support/slack/frontdesk-process.ts";
import type {
  SeenMessage,
  SlackChannel,
  SlackEmulator,
  SlackUser,
} from "../../support/slack/index.ts";

/** How events reach the process. */
export type Mode = "socket" | "http";

/** Where one scenario happens, and to whom. */
export interface Place {
  readonly channel: SlackChannel;
  readonly ann: SlackUser;
  readonly ben: SlackUser;
}

/**
 * Makes people and a channel for each scenario. They must be there before Frontdesk, which reads everybody at its start: who
 * has to be looked up on a busy machine may come too late, and is then taken for a guest.
 */
export function preparePlaces(
  slack: SlackEmulator,
  names: readonly string[],
): ReadonlyMap<string, Place> {
  return new Map(
    names.map((name) => {
      const [ann, ben] = [slack.user("Ann"), slack.user("Ben")];
      return [name, { ann, ben, channel: slack.channel(name, { members: [ann, ben] }) }] as const;
    }),
  );
}

/** Says in the configuration who may read what in these channels, so that nobody has to be asked. */
export function openChannels(channels: readonly SlackChannel[]): string {
  const visible = ["public", "internal"];
  return JSON.stringify(Object.fromEntries(channels.map(({ id }) => [id, { visible }])));
}

/** A workspace and the process that serves it. */
export interface Installation {
  readonly slack: SlackEmulator;
  readonly mode: Mode;
  readonly dataDir: string;
  app(): FrontdeskProcess;
  place(name: string): Place;
  /** Ends the process (`kill`: as a power cut would) and starts another one on the same data. */
  restart(how: "stop" | "kill"): Promise<void>;
  close(): Promise<void>;
}

/**
 * With Slack's own limits: what is not acknowledged within three seconds is sent again, as often as Slack does. Only the pauses
 * before that, a minute and five, are shorter.
 */
export function openWorkspace(): Promise<SlackEmulator> {
  return startSlackFor({ limits: { retryDelaysMs: [0, 1_000, 5_000] } });
}

/** Starts Frontdesk in a workspace. */
export async function install(
  slack: SlackEmulator,
  options: ProcessOptions & {
    readonly mode: Mode;
    readonly places: ReadonlyMap<string, Place>;
  },
): Promise<Installation> {
  const { mode, dataDir, places } = options;
  let app = await startFrontdesk(slack, options);
  return {
    slack,
    mode,
    dataDir,
    app: () => app,
    place(name) {
      const place = places.get(name);
      if (place === undefined) throw new Error(`nobody has prepared ${name}`);
      return place;
    },
    async restart(how) {
      await app[how]();
      app = await startFrontdesk(slack, options);
    },
    async close() {
      await app.kill();
      await slack.close();
    },
  };
}

/** What the bot says to everybody in a thread. */
export function answersIn(
  slack: SlackEmulator,
  channel: SlackChannel,
  thread: string,
): readonly SeenMessage[] {
  return slack.messages(channel, thread).filter(({ isBot }) => isBot);
}

/** Whether a message is one that is still being written. */
export function isDraft({ controls }: SeenMessage): boolean {
  return controls.some(({ label }) => label === "Stop");
}

/** The newest answer of a thread, once nothing is written any more. */
export function answerIn(
  slack: SlackEmulator,
  channel: SlackChannel,
  thread: string,
): Promise<SeenMessage> {
  return slack.until((): SeenMessage | null => {
    const last = answersIn(slack, channel, thread).at(-1);
    return last === undefined || isDraft(last) ? null : last;
  }, `an answer in ${thread}`);
}
