import { z } from "zod";
import { ApiError } from "../api-error.ts";
import { parseBlocks } from "../block-rules.ts";
import { threadKey } from "../world.ts";
import { channelFor, threadRoot, userFor, writableChannel } from "./lookup.ts";
import type { MethodContext, Methods } from "./method.ts";

const view = z.object({ type: z.enum(["home", "modal"]), blocks: z.unknown() });
const plainText = z.strictObject({
  type: z.literal("plain_text"),
  text: z.string().min(1).max(24),
});
const modalView = z.object({
  callback_id: z.string().max(255),
  private_metadata: z.string().max(3000).default(""),
  title: plainText,
  submit: plainText,
  close: plainText.optional(),
});
const prompts = z
  .array(z.strictObject({ title: z.string().min(1), message: z.string().min(1) }))
  .min(1)
  .max(4);
const SESSION_STATUSES = new Set(["active", "processing", "suspended", "closed"]);

function publish({ world, args }: MethodContext): Readonly<Record<string, unknown>> {
  const user = userFor(world, args.required("user_id"));
  const parsed = view.safeParse(args.json("view"));
  if (!parsed.success || parsed.data.type !== "home") throw new ApiError("invalid_arguments");
  world.homes.set(user.id, parseBlocks(parsed.data.blocks, 100));
  world.changed();
  return { view: { id: world.newId("V"), type: "home" } };
}

function openView({
  args,
  redeemTrigger,
  world,
}: MethodContext): Readonly<Record<string, unknown>> {
  redeemTrigger(args.required("trigger_id"));
  const parsed = view.safeParse(args.json("view"));
  const modal = modalView.safeParse(args.json("view"));
  if (!parsed.success || parsed.data.type !== "modal") throw new ApiError("invalid_arguments");
  if (!modal.success) throw new ApiError("invalid_arguments");
  parseBlocks(parsed.data.blocks, 100);
  const id = world.newId("V");
  world.modals.push({ id, ...modal.data });
  world.changed();
  return { view: { id, type: "modal" } };
}

function setStatus({ world, args }: MethodContext): Readonly<Record<string, unknown>> {
  const channel = writableChannel(world, args.required("channel_id"));
  const root = threadRoot(world, channel.id, args.required("thread_ts"), "invalid_thread_ts");
  const loading = args.json("loading_messages");
  if (Array.isArray(loading) && loading.length > 10) throw new ApiError("invalid_arguments");
  const thread = threadKey(channel.id, root.threadTs ?? root.ts);
  const status = args.optional("status") ?? "";
  if (status === "") world.statuses.delete(thread);
  else world.statuses.set(thread, { status, at: world.now() });
  world.statusLog.push({ thread, status });
  world.changed();
  return {};
}

function setPrompts({ world, args }: MethodContext): Readonly<Record<string, unknown>> {
  const channel = channelFor(world, args.required("channel_id"));
  const parsed = prompts.safeParse(args.json("prompts"));
  if (!parsed.success) throw new ApiError("invalid_arguments");
  world.prompts.set(channel.id, parsed.data);
  world.changed();
  return {};
}

function setSession({ world, args, subscriptions }: MethodContext) {
  const channel = writableChannel(world, args.required("channel_id"));
  const status = args.required("status");
  if (!SESSION_STATUSES.has(status)) throw new ApiError("invalid_arguments");
  if ((args.optional("title") ?? "").length > 200) throw new ApiError("invalid_arguments");
  const root = threadRoot(world, channel.id, args.required("thread_ts"), "invalid_thread_ts");
  world.sessions.set(threadKey(channel.id, root.threadTs ?? root.ts), status);
  world.changed();
  if (subscriptions.has("agent_session_stopped")) return { status };
  return { status, warning: "missing_agent_session_stopped_event_subscription" };
}

/** What stands outside of messages: home tab, modals, status lines, suggested prompts, sessions. */
export const surfaceMethods: Methods = {
  "views.publish": { scopes: [], tier: "4", token: "bot", run: publish },
  "views.open": { scopes: [], tier: "4", token: "bot", run: openView },
  "assistant.threads.setStatus": {
    scopes: ["chat:write"],
    tier: "special",
    token: "bot",
    run: setStatus,
  },
  "assistant.threads.setSuggestedPrompts": {
    scopes: ["assistant:write"],
    tier: "special",
    token: "bot",
    run: setPrompts,
  },
  "agents.sessions.setStatus": {
    scopes: ["chat:write"],
    tier: "3",
    token: "bot",
    run: setSession,
  },
};
