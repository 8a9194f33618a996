import { z } from "zod";

// What Discord sends is outside data: only what we use is named, everything else is let through unread.

const user = z.object({
  id: z.string(),
  username: z.string(),
  global_name: z.string().nullish(),
  bot: z.boolean().optional(),
});

/** A member of a server, as it comes with messages and interactions. */
export const memberSchema = z.object({
  user: user.optional(),
  nick: z.string().nullish(),
  roles: z.array(z.string()).default([]),
  /** Only in interactions: what the person may do in this channel. */
  permissions: z.string().optional(),
});
export type DiscordMember = z.infer<typeof memberSchema>;

const attachment = z.object({
  id: z.string(),
  filename: z.string(),
  content_type: z.string().nullish(),
  size: z.number(),
  url: z.string(),
});

const component: z.ZodType<{ custom_id?: string | undefined; components?: unknown[] | undefined }> =
  z.looseObject({ custom_id: z.string().optional(), components: z.array(z.unknown()).optional() });

const reference = z.object({
  message_id: z.string().optional(),
  channel_id: z.string().optional(),
});

/** What a bot shows in a box; under people's words it is a preview of what they link to. */
const embed = z.object({
  title: z.string().nullish(),
  description: z.string().nullish(),
  fields: z.array(z.object({ name: z.string().nullish(), value: z.string().nullish() })).optional(),
});

const bareMessage = z.object({
  id: z.string(),
  channel_id: z.string(),
  guild_id: z.string().optional(),
  author: user,
  member: memberSchema.optional(),
  webhook_id: z.string().optional(),
  type: z.number().default(0),
  content: z.string().default(""),
  mentions: z.array(z.object({ id: z.string() })).default([]),
  attachments: z.array(attachment).default([]),
  edited_timestamp: z.string().nullish(),
  message_reference: reference.nullish(),
  components: z.array(component).default([]),
  flags: z.number().default(0),
  nonce: z.union([z.string(), z.number()]).nullish(),
  sticker_items: z.array(z.object({ name: z.string() })).optional(),
  poll: z
    .object({
      question: z.object({ text: z.string().optional() }),
      answers: z
        .array(z.object({ poll_media: z.object({ text: z.string().optional() }).optional() }))
        .optional(),
    })
    .nullish(),
  embeds: z.array(embed).optional(),
});

/** A message in events, history and interactions. */
export const messageSchema = bareMessage.extend({
  referenced_message: bareMessage.nullish(),
  /** Forwards hold what was said in there. */
  message_snapshots: z
    .array(
      z.object({
        message: z.object({
          content: z.string().default(""),
          attachments: z.array(attachment).default([]),
          embeds: z.array(embed).optional(),
        }),
      }),
    )
    .optional(),
});
export type DiscordMessage = z.infer<typeof messageSchema>;
export type DiscordUser = z.infer<typeof user>;

/** A channel or thread. */
export const channelSchema = z.object({
  id: z.string(),
  type: z.number(),
  guild_id: z.string().optional(),
  name: z.string().nullish(),
  parent_id: z.string().nullish(),
  last_message_id: z.string().nullish(),
  thread_metadata: z
    .object({ archived: z.boolean().optional(), locked: z.boolean().optional() })
    .optional(),
});
export type DiscordChannel = z.infer<typeof channelSchema>;

/** A role; the one that Discord made for a bot names it. */
const role = z.object({
  id: z.string(),
  tags: z.object({ bot_id: z.string().optional() }).optional(),
});

/** What a server says of itself when the bot connects. */
export const guildSchema = z.object({
  id: z.string(),
  name: z.string().optional(),
  unavailable: z.boolean().optional(),
  features: z.array(z.string()).default([]),
  channels: z.array(channelSchema).default([]),
  threads: z.array(channelSchema).default([]),
  roles: z.array(role).default([]),
});

/** A deleted message, or several. */
export const deletedSchema = z.object({
  id: z.string().optional(),
  ids: z.array(z.string()).optional(),
  channel_id: z.string(),
  guild_id: z.string().optional(),
});

/** A reaction that was put on a message or taken away, or all that were. */
export const reactionSchema = z.object({
  user_id: z.string().optional(),
  channel_id: z.string(),
  message_id: z.string(),
  emoji: z.object({ name: z.string().nullish() }).optional(),
});

/** The pins of a channel have changed. */
export const pinsSchema = z.object({ channel_id: z.string() });

const optionValue = z.union([z.string(), z.number(), z.boolean()]);
const leafOption = z.object({
  name: z.string(),
  type: z.number(),
  value: optionValue.optional(),
  focused: z.boolean().optional(),
});
export type DiscordOption = z.infer<typeof leafOption>;
const option = leafOption.extend({ options: z.array(leafOption).optional() });

const resolved = z.object({ messages: z.record(z.string(), messageSchema).optional() }).optional();

/** What was called, pressed or filled in. */
export const interactionSchema = z.object({
  id: z.string(),
  application_id: z.string(),
  token: z.string(),
  type: z.number(),
  guild_id: z.string().optional(),
  channel_id: z.string().optional(),
  channel: channelSchema.optional(),
  member: memberSchema.optional(),
  user: user.optional(),
  locale: z.string().optional(),
  message: messageSchema.optional(),
  data: z
    .object({
      id: z.string().optional(),
      name: z.string().optional(),
      type: z.number().optional(),
      options: z.array(option).optional(),
      resolved,
      target_id: z.string().optional(),
      custom_id: z.string().optional(),
      component_type: z.number().optional(),
      values: z.array(z.string()).optional(),
      components: z.array(z.unknown()).optional(),
    })
    .optional(),
});
export type DiscordInteraction = z.infer<typeof interactionSchema>;
