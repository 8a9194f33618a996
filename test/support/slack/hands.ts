import type { DeliveryRecord } from "./deliveries.ts";
import type { Dispatch } from "./dispatch.ts";
import { wireMessage } from "./methods/index.ts";
import { readMessages, type SeenControl, seen } from "./reader.ts";
import type { ResponseUrls } from "./response-urls.ts";
import type { Triggers } from "./triggers.ts";
import type { SlackChannel, SlackMessage, SlackUser, World } from "./world.ts";

/** What people press and call. Each resolves when the app has acknowledged, or failed to. */
export interface Hands {
  /** Presses the button (or picks the choice) with this label, on the newest message that has it. */
  press(
    user: SlackUser,
    place: { readonly channel: SlackChannel; readonly thread: string | null },
    label: string | RegExp,
  ): Promise<DeliveryRecord>;
  /** Presses a control of one very message, even one that is no longer shown. */
  pressControl(
    user: SlackUser,
    message: SlackMessage,
    control: SeenControl,
  ): Promise<DeliveryRecord>;
  pressAtHome(user: SlackUser, label: string | RegExp): Promise<DeliveryRecord>;
  slash(
    user: SlackUser,
    channel: SlackChannel,
    command: string,
    text: string,
  ): Promise<DeliveryRecord>;
  /** Uses a message shortcut. */
  shortcut(user: SlackUser, message: SlackMessage, callbackId: string): Promise<DeliveryRecord>;
  openHome(user: SlackUser, tab?: "home" | "messages"): Promise<void>;
  /** Fills in the newest window and sends it. */
  submit(user: SlackUser, fields: Readonly<Record<string, string>>): Promise<DeliveryRecord>;
  /** Presses the platform's own stop button. */
  stop(user: SlackUser, channel: SlackChannel, thread: string): Promise<void>;
}

function matches(label: string, wanted: string | RegExp): boolean {
  return typeof wanted === "string" ? label === wanted : wanted.test(label);
}

function actionOf(control: SeenControl, at: string): Readonly<Record<string, unknown>> {
  const text = { type: "plain_text", text: control.label };
  const base = { action_id: control.actionId, block_id: control.blockId, action_ts: at };
  if (control.type !== "static_select") {
    return { ...base, type: control.type, text, value: control.value };
  }
  return { ...base, type: "static_select", selected_option: { text, value: control.value } };
}

export function createHands(options: {
  readonly world: World;
  readonly dispatch: Dispatch;
  readonly responses: ResponseUrls;
  readonly triggers: Triggers;
  readonly baseUrl: () => string;
  readonly directMessages: (user: SlackUser) => SlackChannel;
}): Hands {
  const { world, dispatch, responses, triggers } = options;

  const who = (user: SlackUser) => ({
    team: { id: world.teamId, domain: "acme" },
    user: { id: user.id, username: user.name, name: user.name, team_id: user.teamId },
    api_app_id: world.appId,
    token: "unused",
    trigger_id: triggers.issue(),
  });

  const wire = (message: SlackMessage) =>
    wireMessage(world, message, { baseUrl: options.baseUrl(), withMetadata: true });

  const pressControl: Hands["pressControl"] = (user, message, control) => {
    const { channel, ts, threadTs } = message;
    const isEphemeral = message.ephemeralTo !== null;
    const thread = threadTs === null ? {} : { thread_ts: threadTs };
    const url = responses.grant({ channel, user: user.id, threadTs, original: ts });
    return dispatch.interaction({
      type: "block_actions",
      ...who(user),
      container: {
        type: "message",
        message_ts: ts,
        channel_id: channel,
        is_ephemeral: isEphemeral,
        ...thread,
      },
      channel: { id: channel, name: world.channels.get(channel)?.name ?? "" },
      // Slack does not show an ephemeral message to the app again.
      ...(isEphemeral ? {} : { message: wire(message) }),
      actions: [actionOf(control, world.nextTs())],
      response_url: url,
    });
  };

  const valuesOf = (fields: Readonly<Record<string, string>>) =>
    Object.fromEntries(
      Object.entries(fields).map(([name, value]) => {
        const [block = "", action = ""] = name.split(".");
        return [block, { [action]: { type: "plain_text_input", value } }];
      }),
    );

  return {
    pressControl,
    submit(user, fields) {
      const view = world.modals.at(-1);
      if (view === undefined) throw new Error("no window was opened");
      const state = { values: valuesOf(fields) };
      return dispatch.interaction({
        type: "view_submission",
        ...who(user),
        view: { ...view, type: "modal", state },
      });
    },
    press(user, { channel, thread }, label) {
      const shown = readMessages(world, { channel: channel.id, thread, as: user.id }).toReversed();
      for (const { ts, controls } of shown) {
        const control = controls.find((one) => matches(one.label, label));
        const message = world.find(channel.id, ts);
        if (control !== undefined && message !== null) return pressControl(user, message, control);
      }
      throw new Error(
        `nobody can press ${String(label)}: ${JSON.stringify(shown.map((one) => one.controls))}`,
      );
    },
    pressAtHome(user, label) {
      const blocks = world.homes.get(user.id) ?? [];
      const home = { ...world.add({ channel: "home", user: world.bot.id, text: "" }), blocks };
      world.remove("home", home.ts);
      const control = seen(world, home).controls.find((one) => matches(one.label, label));
      if (control === undefined) throw new Error(`no ${String(label)} on the home tab`);
      return dispatch.interaction({
        type: "block_actions",
        ...who(user),
        container: { type: "view", view_id: "V1" },
        view: { id: "V1", type: "home" },
        actions: [actionOf(control, world.nextTs())],
      });
    },
    async slash(user, channel, command, text) {
      const url = responses.grant({
        channel: channel.id,
        user: user.id,
        threadTs: null,
        original: null,
      });
      const record = await dispatch.command({
        token: "unused",
        team_id: world.teamId,
        team_domain: "acme",
        channel_id: channel.id,
        channel_name: channel.kind === "im" ? "directmessage" : channel.name,
        user_id: user.id,
        user_name: user.name,
        command,
        text,
        api_app_id: world.appId,
        is_enterprise_install: "false",
        response_url: url,
        trigger_id: triggers.issue(),
      });
      const last = record.outcomes.at(-1);
      if (last?.type === "acknowledged" && isSaying(last.payload)) {
        responses.answer(url, last.payload);
      }
      return record;
    },
    shortcut(user, message, callbackId) {
      const url = responses.grant({
        channel: message.channel,
        user: user.id,
        threadTs: message.threadTs,
        original: null,
      });
      return dispatch.interaction({
        type: "message_action",
        callback_id: callbackId,
        ...who(user),
        action_ts: world.nextTs(),
        message_ts: message.ts,
        channel: { id: message.channel, name: world.channels.get(message.channel)?.name ?? "" },
        message: wire(message),
        response_url: url,
      });
    },
    async openHome(user, tab = "home") {
      const channel = options.directMessages(user).id;
      await dispatch.event({ type: "app_home_opened", user: user.id, channel, tab });
    },
    async stop(user, channel, thread) {
      const streaming = world.messages.filter(
        (message) => message.threadTs === thread && message.stream !== null,
      );
      // Slack stops them itself; what else is under way is the app's to stop.
      for (const message of streaming) message.stream = null;
      world.changed();
      await dispatch.event({
        type: "agent_session_stopped",
        channel: channel.id,
        thread_ts: thread,
        user: user.id,
        streaming_message_ts: streaming.map(({ ts }) => ts),
      });
    },
  };
}

function isSaying(payload: unknown): boolean {
  return (
    typeof payload === "object" && payload !== null && ("text" in payload || "blocks" in payload)
  );
}
