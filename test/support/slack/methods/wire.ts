import type { SlackChannel, SlackFile, SlackMessage, SlackUser, World } from "../world.ts";

/** A file as messages and `files.info` show it. */
export function wireFile(file: SlackFile, baseUrl: string): Readonly<Record<string, unknown>> {
  if (file.isElsewhere === true) {
    return { id: file.id, mode: "file_access", file_access: "check_file_info" };
  }
  return {
    id: file.id,
    name: file.name,
    title: file.name,
    mimetype: file.mimetype,
    filetype: file.name.split(".").at(-1) ?? "",
    size: file.bytes.length,
    mode: "hosted",
    url_private: `${baseUrl}/files/${file.id}/${encodeURIComponent(file.name)}`,
    url_private_download: `${baseUrl}/files/${file.id}/download/${encodeURIComponent(file.name)}`,
  };
}

/** A message as events and history show it. Metadata is only given when asked for. */
export function wireMessage(
  world: World,
  message: SlackMessage,
  options: { readonly baseUrl: string; readonly withMetadata: boolean },
): Readonly<Record<string, unknown>> {
  const replies = world.messages.filter(
    (other) =>
      other.channel === message.channel && other.threadTs === message.ts && other.ts !== message.ts,
  );
  const latest = replies
    .filter((reply) => reply.ephemeralTo === null)
    .map(({ ts }) => ts)
    .toSorted((a, b) => Number(a) - Number(b))
    .at(-1);
  const isRoot = latest !== undefined;
  const threadTs = message.threadTs ?? (isRoot ? message.ts : null);
  return {
    type: "message",
    user: message.user,
    ts: message.ts,
    text: message.text,
    team: world.teamId,
    ...(message.subtype === null ? {} : { subtype: message.subtype }),
    ...(message.botId === null ? {} : { bot_id: message.botId, app_id: world.appId }),
    ...(threadTs === null ? {} : { thread_ts: threadTs }),
    ...(isRoot ? { reply_count: replies.length, latest_reply: latest } : {}),
    ...(message.blocks.length === 0 ? {} : { blocks: message.blocks }),
    ...(message.editedTs === null ? {} : { edited: { user: message.user, ts: message.editedTs } }),
    ...(message.files.length === 0
      ? {}
      : { files: message.files.map((file) => wireFile(file, options.baseUrl)) }),
    ...(message.stream === null ? {} : { streaming_state: "in_progress" }),
    ...(options.withMetadata && message.metadata !== null ? { metadata: message.metadata } : {}),
  };
}

/** A person as `users.info` shows him. */
export function wireUser(user: SlackUser): Readonly<Record<string, unknown>> {
  return {
    id: user.id,
    team_id: user.teamId,
    name: user.name,
    deleted: user.isDeleted === true,
    real_name: user.realName,
    locale: user.locale,
    tz_offset: 0,
    profile: {
      display_name: user.name,
      real_name: user.realName,
      ...(user.botId === null ? {} : { bot_id: user.botId }),
    },
    is_admin: user.isAdmin,
    is_owner: false,
    is_restricted: user.isRestricted || user.isUltraRestricted,
    is_ultra_restricted: user.isUltraRestricted,
    is_bot: user.isBot,
    is_app_user: false,
    ...(user.teams === undefined ? {} : { enterprise_user: { id: user.id, teams: user.teams } }),
    updated: 0,
  };
}

/** A channel as `conversations.info` shows it. */
export function wireChannel(
  world: World,
  channel: SlackChannel,
): Readonly<Record<string, unknown>> {
  const other = [...channel.members].find((id) => id !== world.bot.id);
  return {
    id: channel.id,
    ...(channel.kind === "im" ? { user: other } : { name: channel.name }),
    created: Math.floor((channel.createdAt ?? 0) / 1_000),
    ...(channel.kind === "im" ? {} : { updated: channel.createdAt ?? 0 }),
    is_channel: channel.kind === "public" || channel.kind === "private",
    is_private: channel.kind !== "public",
    is_im: channel.kind === "im",
    is_mpim: channel.kind === "mpim",
    is_archived: channel.isArchived,
    is_ext_shared: channel.isExtShared,
    is_shared: channel.isExtShared,
    is_pending_ext_shared: false,
    is_member: channel.members.has(world.bot.id),
    num_members: channel.members.size,
    topic: { value: channel.topic, creator: "", last_set: 0 },
    purpose: { value: "", creator: "", last_set: 0 },
  };
}
