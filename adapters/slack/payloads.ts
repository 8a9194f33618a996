import { z } from "zod";

// What Slack sends is outside data: only what we use is named, everything else is let through unread.

const file = z.object({
  id: z.string(),
  name: z.string().nullish(),
  mimetype: z.string().nullish(),
  size: z.number().nullish(),
  url_private_download: z.string().nullish(),
  url_private: z.string().nullish(),
  /** `check_file_info`: from another organisation; what it is has to be asked for. */
  file_access: z.string().nullish(),
});

/** A message inside events, history and interactions. */
export const messageSchema = z.object({
  type: z.string().optional(),
  subtype: z.string().optional(),
  ts: z.string(),
  thread_ts: z.string().optional(),
  /** Of a thread's root, in a channel's history: the newest message of the thread. */
  latest_reply: z.string().optional(),
  user: z.string().optional(),
  bot_id: z.string().optional(),
  app_id: z.string().optional(),
  text: z.string().nullish(),
  edited: z.object({ ts: z.string() }).nullish(),
  files: z.array(file).optional(),
  blocks: z.array(z.looseObject({ type: z.string(), block_id: z.string().optional() })).optional(),
  metadata: z
    .object({ event_type: z.string(), event_payload: z.record(z.string(), z.unknown()) })
    .optional(),
});
export type SlackMessagePayload = z.infer<typeof messageSchema>;

const said = messageSchema.extend({
  type: z.enum(["message", "app_mention"]),
  channel: z.string(),
  channel_type: z.string().optional(),
});
const changed = z.object({
  type: z.literal("message"),
  subtype: z.literal("message_changed"),
  channel: z.string(),
  message: messageSchema,
  previous_message: messageSchema.optional(),
});
const deleted = z.object({
  type: z.literal("message"),
  subtype: z.literal("message_deleted"),
  channel: z.string(),
  deleted_ts: z.string(),
  previous_message: messageSchema.optional(),
});
const stopped = z.object({
  type: z.literal("agent_session_stopped"),
  channel: z.string(),
  thread_ts: z.string().optional(),
  user: z.string().optional(),
});
const homeOpened = z.object({
  type: z.literal("app_home_opened"),
  user: z.string(),
  channel: z.string().optional(),
  tab: z.string().optional(),
});
const joined = z.object({
  type: z.literal("member_joined_channel"),
  user: z.string(),
  channel: z.string(),
});
const shared = z.object({ type: z.literal("channel_shared"), channel: z.string() });
const reacted = z.object({
  type: z.enum(["reaction_added", "reaction_removed"]),
  user: z.string(),
  reaction: z.string(),
  item: z.object({ type: z.literal("message"), channel: z.string(), ts: z.string() }),
});
const pinned = z.object({
  type: z.enum(["pin_added", "pin_removed"]),
  user: z.string(),
  channel_id: z.string(),
  item: z.object({ type: z.literal("message"), message: z.object({ ts: z.string() }) }),
});

/** An inner event that means something to us. The order matters: the narrower ones first. */
export const eventSchema = z.union([
  changed,
  deleted,
  stopped,
  homeOpened,
  joined,
  shared,
  reacted,
  pinned,
  said,
]);
export type SlackEvent = z.infer<typeof eventSchema>;

/** The envelope of the Events API. */
export const envelopeSchema = z.object({
  type: z.literal("event_callback"),
  team_id: z.string(),
  event_id: z.string(),
  event: z.unknown(),
  /** It happened in a channel that another organisation reads as well. */
  is_ext_shared_channel: z.boolean().nullish(),
  authorizations: z.array(z.object({ team_id: z.string().nullish() })).nullish(),
});

const person = z.object({ id: z.string(), team_id: z.string().nullish() });

const action = z.object({
  action_id: z.string(),
  block_id: z.string().optional(),
  type: z.string(),
  value: z.string().optional(),
  action_ts: z.string().optional(),
  text: z.object({ text: z.string() }).optional(),
  selected_option: z.object({ value: z.string(), text: z.object({ text: z.string() }) }).nullish(),
});
export type SlackAction = z.infer<typeof action>;

/** A pressed button or a picked choice. */
export const blockActionsSchema = z.object({
  type: z.literal("block_actions"),
  team: z.object({ id: z.string() }).nullish(),
  user: person,
  container: z.object({
    type: z.string(),
    message_ts: z.string().optional(),
    channel_id: z.string().optional(),
    thread_ts: z.string().optional(),
    is_ephemeral: z.boolean().optional(),
  }),
  channel: z.object({ id: z.string() }).nullish(),
  message: messageSchema.nullish(),
  actions: z.array(action).min(1),
  response_url: z.url().nullish(),
});
export type SlackBlockActions = z.infer<typeof blockActionsSchema>;

/** A message shortcut. */
export const messageActionSchema = z.object({
  type: z.literal("message_action"),
  callback_id: z.string(),
  team: z.object({ id: z.string() }).nullish(),
  user: person,
  channel: z.object({ id: z.string() }),
  message: messageSchema,
  action_ts: z.string(),
  response_url: z.url(),
});
export type SlackMessageAction = z.infer<typeof messageActionSchema>;

/** A slash command. */
export const commandSchema = z.object({
  command: z.string(),
  text: z.string().default(""),
  team_id: z.string(),
  channel_id: z.string(),
  user_id: z.string(),
  response_url: z.url(),
  trigger_id: z.string(),
});
export type SlackCommand = z.infer<typeof commandSchema>;
