import type { Dispatcher } from "undici";
import { z } from "zod";
import type { Clock } from "../../src/ports/clock.ts";
import type { TicketSystem } from "../../src/ports/ticket-system.ts";
import { signatureOf } from "../shared/signature.ts";
import { createTicketHttp } from "./http-call.ts";

const created = z.looseObject({ ticket: z.union([z.string().min(1), z.number()]) });

/**
 * Any help desk behind an address that takes signed JSON: `ticket.created`, `ticket.commented`, `ticket.comment.edited` and
 * `ticket.comment.deleted`, `ticket.attached`, `ticket.status`. It may answer
 * a creation with `{"ticket": "<its id>"}`; else the case's number is the ticket's.
 */
export function createWebhookTickets(options: {
  readonly url: string;
  readonly secret: string;
  readonly dispatcher: Dispatcher;
  readonly clock: Clock;
}): TicketSystem {
  const { secret, clock, dispatcher } = options;
  const http = createTicketHttp({ url: options.url, headers: {}, dispatcher });

  const post = (
    type: string,
    content: object,
    { key, signal }: { readonly key: string; readonly signal: AbortSignal },
  ): Promise<unknown> => {
    const body = JSON.stringify({ id: key, type, ...content });
    const headers = {
      "user-agent": "Frontdesk",
      "x-frontdesk-event": type,
      "x-frontdesk-delivery": key,
      "x-frontdesk-signature": signatureOf(secret, Math.floor(clock.now() / 1000), body),
    };
    return http("POST", "", { body, headers, signal });
  };

  return {
    async create({ caseId, title, text }, call) {
      const answer = created.safeParse(
        await post("ticket.created", { case: caseId, title, text }, call),
      );
      return answer.success ? String(answer.data.ticket) : caseId;
    },
    async comment(ticket, { text, isInternal, author, line }, call) {
      const named = line === null ? {} : { id: line };
      const comment = { ...named, text, author, public: !isInternal };
      await post("ticket.commented", { ticket, comment }, call);
    },
    async revise(ticket, { line, now, text, author, isInternal }, call) {
      const comment = { id: line, text: now ?? "", author, public: !isInternal };
      const type = now === null ? "ticket.comment.deleted" : "ticket.comment.edited";
      await post(type, { ticket, comment, note: text }, call);
    },
    async attach(ticket, { name, mediaType, bytes }, { author, ...call }) {
      const data = Buffer.from(bytes).toString("base64");
      await post("ticket.attached", { ticket, file: { name, mediaType, author, data } }, call);
    },
    async setStatus(ticket, status, call) {
      await post("ticket.status", { ticket, status }, call);
      return null;
    },
    close: () => dispatcher.destroy(),
  };
}
