import { ApiError } from "../api-error.ts";
import { parseBlocks } from "../block-rules.ts";
import { type SlackMessage, threadKey } from "../world.ts";
import { readMetadata } from "./chat.ts";
import { ownMessage, threadRoot, userFor, writableChannel } from "./lookup.ts";
import type { MethodContext, Methods } from "./method.ts";

const MAX_CHUNK = 12_000;

function readText({ args }: MethodContext): string {
  const text = args.optional("markdown_text") ?? "";
  if (text.length > MAX_CHUNK) throw new ApiError("msg_too_long");
  return text;
}

/** The message that is being streamed. @throws ApiError `message_not_in_streaming_state`, `msg_too_long` */
function append(context: MethodContext, text: string): SlackMessage {
  const { world, args, limits } = context;
  const channel = writableChannel(world, args.required("channel"));
  const message = ownMessage(world, channel.id, args.required("ts"), "message_not_owned_by_app");
  const { stream } = message;
  if (stream === null || world.now() - stream.startedAt > limits.streamMs) {
    message.stream = null;
    throw new ApiError("message_not_in_streaming_state");
  }
  const bytes = stream.bytes + Buffer.byteLength(text);
  if (bytes > limits.streamBytes) throw new ApiError("msg_too_long");
  stream.bytes = bytes;
  message.text += text;
  message.blocks = message.text === "" ? [] : [{ type: "markdown", text: message.text }];
  world.changed();
  return message;
}

/** "The team the user receiving the streaming text belongs to": in a shared channel that may be another one. */
function checkRecipient({ world, args }: MethodContext): void {
  const user = args.optional("recipient_user_id");
  const team = args.optional("recipient_team_id");
  if (user === null) throw new ApiError("missing_recipient_user_id");
  if (team === null) throw new ApiError("missing_recipient_team_id");
  const { teamId, teams = [] } = userFor(world, user);
  if (team !== teamId && !teams.includes(team)) throw new ApiError("invalid_recipient_team_id");
}

function start(context: MethodContext): Readonly<Record<string, unknown>> {
  const { world, args } = context;
  const channel = writableChannel(world, args.required("channel"));
  const threadTs = args.required("thread_ts");
  threadRoot(world, channel.id, threadTs, "invalid_thread_ts");
  if (channel.kind !== "im") checkRecipient(context);
  const text = readText(context);
  const { id: user, botId } = world.bot;
  const message = world.add({ channel: channel.id, threadTs, user, botId, text });
  message.stream = { startedAt: world.now(), bytes: Buffer.byteLength(text) };
  if (text !== "") message.blocks = [{ type: "markdown", text }];
  world.statuses.delete(threadKey(channel.id, threadTs));
  world.changed();
  return { channel: channel.id, ts: message.ts };
}

function stop(context: MethodContext): Readonly<Record<string, unknown>> {
  const { args, world } = context;
  const message = append(context, readText(context));
  const given = args.json("blocks");
  if (given !== undefined) message.blocks = [...message.blocks, ...parseBlocks(given)];
  message.metadata = readMetadata(args) ?? null;
  message.stream = null;
  world.changed();
  return { channel: message.channel, ts: message.ts, message: { text: message.text } };
}

const scopes = ["chat:write"] as const;

export const streamMethods: Methods = {
  "chat.startStream": { scopes, tier: "2", token: "bot", run: start },
  "chat.appendStream": {
    scopes,
    tier: "4",
    token: "bot",
    run: (context) => {
      const message = append(context, readText(context));
      return { channel: message.channel, ts: message.ts };
    },
  },
  "chat.stopStream": { scopes, tier: "2", token: "bot", run: stop },
};
