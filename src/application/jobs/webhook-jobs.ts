import { z } from "zod";
import type { DeskUpdate, HumanDesk } from "../../ports/desk.ts";
import type { JobHandler, JobQueue, JobRequest } from "../../ports/jobs.ts";
import {
  WEBHOOK_EVENTS,
  type WebhookEvent,
  type WebhookEventType,
  type WebhookSender,
} from "../../ports/webhook.ts";

/** What a webhook tells. */
export const webhookPayload: z.ZodType<WebhookEvent> = z.object({
  id: z.string(),
  type: z.enum(WEBHOOK_EVENTS),
  at: z.number(),
  content: z.record(z.string(), z.unknown()),
});

/** Sends one event; the queue tries again. */
export function createWebhookJob(sender: WebhookSender): JobHandler {
  return async (payload, { signal }) => {
    await sender.send(webhookPayload.parse(payload), { signal });
    return null;
  };
}

/** A webhook as a job; the same event is one job. */
export function webhookJob(told: WebhookEvent): JobRequest {
  const id = `${told.type}:${told.id}`;
  return { kind: "webhook.deliver", payload: told, id, topic: null };
}

/** Tells other programs later and surely; the same id is told once. */
export type Notify = (event: WebhookEvent) => Promise<void>;

/** Puts events of the wanted types into the queue, and forgets the others. */
export function createNotify(jobs: JobQueue, wanted: ReadonlySet<WebhookEventType>): Notify {
  return async (told) => {
    if (!wanted.has(told.type)) return;
    await jobs.enqueue(webhookJob(told));
  };
}

/** What a change at the desk means to other programs; null for nothing. No word of what was said goes out. */
function eventOf(update: DeskUpdate, id: string): WebhookEvent | null {
  if (update.type === "opened") {
    const { id: caseId, openedAt, packet } = update.record;
    const { reason, platform, conversationId, customer, language } = packet;
    const content = { case: { id: caseId, reason, platform, conversationId, customer, language } };
    return { id, type: "case.opened", at: openedAt, content };
  }
  // Quiet: it was over before, and a rating or a priority has come to it.
  if (update.type === "state" && update.state === "resolved" && update.isQuiet !== true) {
    const content = { case: { id: update.caseId, agent: update.agent } };
    return { id, type: "case.resolved", at: update.at, content };
  }
  return null;
}

/** A desk that also tells other programs of cases. The queue knows each key: a repeated change is told once. */
export function createNotifyingDesk(desk: HumanDesk, notify: Notify): HumanDesk {
  return {
    async publish(update, call) {
      const told = eventOf(update, call.key);
      if (told !== null) await notify(told);
      await desk.publish(update, call);
    },
  };
}
