import { ACTIONS } from "./action-ids.ts";
import {
  blockActionsSchema,
  commandSchema,
  messageActionSchema,
  type SlackAction,
  type SlackBlockActions,
  type SlackCommand,
  type SlackMessageAction,
  type SlackMessagePayload,
} from "./payloads.ts";

/** Where something was pressed. */
export interface PressedAt {
  readonly user: string;
  /** Null on the home tab. */
  readonly channel: string | null;
  /** The message that holds the button. */
  readonly ts: string | null;
  readonly thread: string | null;
  readonly isEphemeral: boolean;
  /** It stands elsewhere than what it belongs to: what answers the press by its URL would stand there too. */
  readonly isStandIn?: boolean;
  /** Not shown to us for ephemeral messages. */
  readonly message: SlackMessagePayload | null;
  readonly responseUrl: string | null;
  /** The same for every delivery of this press. */
  readonly pressId: string;
}

/** What a press means. */
export type SlackPress =
  | {
      readonly type: "choose";
      readonly at: PressedAt;
      readonly optionId: string;
      readonly label: string;
      /** Names the question back; empty on messages of an earlier version. */
      readonly questionId: string;
    }
  | {
      readonly type: "feedback";
      readonly at: PressedAt;
      readonly value: "good" | "bad";
      /** Name of the answer; empty on messages of an earlier version. */
      readonly answerId: string;
    }
  | { readonly type: "person"; readonly at: PressedAt; readonly language: string }
  | { readonly type: "stop"; readonly at: PressedAt }
  | { readonly type: "mute"; readonly at: PressedAt; readonly language: string }
  | { readonly type: "share"; readonly at: PressedAt; readonly shareId: string }
  | { readonly type: "answer"; readonly at: PressedAt; readonly ts: string }
  | { readonly type: "again"; readonly at: PressedAt; readonly value: string }
  | { readonly type: "prompt"; readonly at: PressedAt; readonly text: string }
  | { readonly type: "shortcut"; readonly shortcut: SlackMessageAction }
  | { readonly type: "command"; readonly command: SlackCommand }
  | { readonly type: "nothing" };

function placeOf(body: SlackBlockActions, action: SlackAction): PressedAt {
  const { container, message } = body;
  const channel = body.channel?.id ?? container.channel_id ?? null;
  const ts = container.message_ts ?? message?.ts ?? null;
  return {
    user: body.user.id,
    channel,
    ts,
    thread: container.thread_ts ?? message?.thread_ts ?? null,
    isEphemeral: container.is_ephemeral ?? false,
    message: message ?? null,
    responseUrl: body.response_url ?? null,
    pressId: `${channel ?? "home"}:${ts ?? ""}:${action.action_id}:${action.action_ts ?? ""}`,
  };
}

/** What a block's id says after the first colon. */
function blockNameOf({ block_id: id }: SlackAction): string {
  return id?.split(":")[1] ?? "";
}

function readAction(body: SlackBlockActions): SlackPress {
  const [action] = body.actions;
  if (action === undefined) return { type: "nothing" };
  const at = placeOf(body, action);
  const value = action.selected_option?.value ?? action.value ?? "";
  const label = action.selected_option?.text.text ?? action.text?.text ?? "";
  const [name = ""] = action.action_id.split(":");
  switch (name) {
    case ACTIONS.choose:
      return value === ""
        ? { type: "nothing" }
        : { type: "choose", at, optionId: value, label, questionId: blockNameOf(action) };
    case ACTIONS.feedback:
      return {
        type: "feedback",
        at,
        value: value === "good" ? "good" : "bad",
        answerId: blockNameOf(action),
      };
    case ACTIONS.person:
      return { type: "person", at, language: value };
    case ACTIONS.stop:
      return { type: "stop", at };
    case ACTIONS.mute:
      return { type: "mute", at, language: value };
    case ACTIONS.share:
      return { type: "share", at, shareId: value };
    case ACTIONS.answer:
      return { type: "answer", at, ts: value };
    case ACTIONS.again:
      return { type: "again", at, value };
    case ACTIONS.prompt:
      return { type: "prompt", at, text: value };
    default:
      return { type: "nothing" };
  }
}

/** A press, a shortcut or a command; null when the body is none of these. */
export function decodeInteraction(body: unknown): SlackPress | null {
  const pressed = blockActionsSchema.safeParse(body);
  if (pressed.success) return readAction(pressed.data);
  const shortcut = messageActionSchema.safeParse(body);
  if (shortcut.success) return { type: "shortcut", shortcut: shortcut.data };
  const command = commandSchema.safeParse(body);
  return command.success ? { type: "command", command: command.data } : null;
}
