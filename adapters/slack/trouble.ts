import { z } from "zod";
import { assertNever, type Language } from "../../src/core/index.ts";
import {
  type AdvisedRefusal,
  adviceFor,
  isForAdmin,
  neededScope,
  slackErrorName,
} from "./errors.ts";

const CHANNEL_REASONS = ["not_in_channel", "channel_not_found", "is_archived"] as const;

/** Something that only whoever looks after the bot can mend: one cause, however many calls it spoils. */
export const troubleSchema = z.discriminatedUnion("kind", [
  /** The app lacks a permission. */
  z.object({ kind: z.literal("scope"), scope: z.string() }),
  /** A channel in which the bot cannot read or write. */
  z.object({
    kind: z.literal("channel"),
    channel: z.string(),
    reason: z.enum(CHANNEL_REASONS),
  }),
  /** Slack refuses for another reason, a setting of the workspace for instance. */
  z.object({
    kind: z.literal("refusal"),
    method: z.string(),
    reason: z.string(),
    /** Where it was refused; null when the call was about no channel. */
    channel: z.string().nullable().default(null),
  }),
]);
export type Trouble = z.infer<typeof troubleSchema>;

/** The same for the same cause. */
export function troubleKey(trouble: Trouble): string {
  switch (trouble.kind) {
    case "scope":
      return `scope:${trouble.scope}`;
    case "channel":
      return `channel:${trouble.channel}`;
    case "refusal":
      return `refusal:${trouble.reason}`;
    default:
      return assertNever(trouble);
  }
}

/** What is behind a refused call; null when nobody has to do anything about it. */
export function troubleOf(error: unknown, method: string, channel: string | null): Trouble | null {
  const reason = slackErrorName(error);
  if (reason === null || !isForAdmin(reason)) return null;
  const scope = neededScope(error);
  if (reason === "missing_scope" && scope !== null) return { kind: "scope", scope };
  const known = CHANNEL_REASONS.find((one) => one === reason);
  if (known === undefined || channel === null) return { kind: "refusal", method, reason, channel };
  return { kind: "channel", channel, reason: known };
}

/** Writing in a channel is what a channel is needed for; that it can be read says less. */
const WRITES = new Set(["chat.postMessage", "chat.startStream"]);

/** Whether a call that succeeded shows that a trouble is over. */
export function isProofAgainst(trouble: Trouble, method: string, channel: string | null): boolean {
  switch (trouble.kind) {
    case "scope":
      // Which calls need it only the installation knows; it is looked at on every connection.
      return false;
    case "channel":
      return trouble.channel === channel && WRITES.has(method);
    case "refusal":
      return trouble.method === method && trouble.channel === channel;
    default:
      return assertNever(trouble);
  }
}

const UPDATE = "`frontdesk slack manifest`";

function english(trouble: Trouble): string {
  switch (trouble.kind) {
    case "scope":
      return `I lack the scope \`${trouble.scope}\`. Paste what ${UPDATE} prints under “App Manifest” of the app, then install it again.`;
    case "channel": {
      const what = {
        not_in_channel: "I am not a member of it. Write `/invite @Frontdesk` there.",
        channel_not_found:
          "I cannot see it. If it is private, write `/invite @Frontdesk` there; else correct its id in the configuration.",
        is_archived: "It is archived. Restore it, or take it out of the configuration.",
      } as const;
      return `Channel <#${trouble.channel}> (\`${trouble.channel}\`): ${what[trouble.reason]}`;
    }
    case "refusal":
      return `Slack refuses \`${trouble.method}\` (\`${trouble.reason}\`). ${adviceFor(trouble.reason)}`;
    default:
      return assertNever(trouble);
  }
}

const CHINESE_ADVICE: Readonly<Record<AdvisedRefusal, string>> = {
  not_in_channel: "请邀请机器人进入频道：/invite @<机器人>。",
  channel_not_found: "机器人看不到这个频道：请邀请它，或改正频道编号。",
  is_archived: "频道已归档。",
  missing_scope: "请用 `frontdesk slack manifest` 更新应用，然后重新安装。",
  invalid_auth: "请检查 SLACK_BOT_TOKEN；`frontdesk doctor` 会说明它能做什么。",
  not_authed: "请设置 SLACK_BOT_TOKEN。",
  account_inactive: "应用已从工作区移除：请重新安装。",
  token_revoked: "令牌已被撤销：请重新安装应用，并重新设置 SLACK_BOT_TOKEN。",
  token_expired: "令牌已过期：请重新安装应用，并重新设置 SLACK_BOT_TOKEN。",
  not_allowed_token_type: "SLACK_BOT_TOKEN 必须以 xoxb- 开头，SLACK_APP_TOKEN 必须以 xapp- 开头。",
  restricted_action: "工作区的设置不允许；请联系工作区的所有者。",
  restricted_action_read_only_channel: "这个频道只有部分人可以发言；请联系频道的所有者。",
  restricted_action_thread_only_channel: "这个频道只接受话题中的回复。",
  ekm_access_denied: "工作区已暂停发送消息；请联系工作区的管理员。",
  no_permission: "请重新安装应用，并邀请机器人进入频道：/invite @<机器人>。",
  team_access_not_granted: "应用没有安装在这个工作区：请安装。",
};

function chinese(trouble: Trouble): string {
  switch (trouble.kind) {
    case "scope":
      return `我缺少权限 \`${trouble.scope}\`。请把 ${UPDATE} 打印的内容粘贴到应用的 “App Manifest”，然后重新安装。`;
    case "channel": {
      const what = {
        not_in_channel: "我不在这个频道里。请在那里写 `/invite @Frontdesk`。",
        channel_not_found:
          "我看不到它。如果是私有频道，请在那里写 `/invite @Frontdesk`；否则请在配置里改正编号。",
        is_archived: "它已归档。请恢复它，或从配置里去掉。",
      } as const;
      return `频道 <#${trouble.channel}>（\`${trouble.channel}\`）：${what[trouble.reason]}`;
    }
    case "refusal":
      return `Slack 拒绝 \`${trouble.method}\`（\`${trouble.reason}\`）。${adviceFor(trouble.reason, CHINESE_ADVICE)}`;
    default:
      return assertNever(trouble);
  }
}

/** What is wrong and what to do, as one line of Slack's markup. */
export function troubleLine(trouble: Trouble, language: Language): string {
  return language === "zh" ? chinese(trouble) : english(trouble);
}
