import { createHash } from "node:crypto";
import type { Dispatcher } from "undici";
import { z } from "zod";
import type { TicketStatus, TicketSystem } from "../../src/ports/ticket-system.ts";
import { createTicketHttp } from "./http-call.ts";

/** https://docs.zammad.org/en/latest/api/ticket/index.html: what is read of its answers. */
const ticketSchema = z.looseObject({ id: z.number() });
const changedSchema = z.looseObject({ updated_at: z.iso.datetime({ offset: true }) });
const articlesSchema = z.array(z.looseObject({ subject: z.string().nullish() }));
const foundSchema = z.looseObject({
  assets: z
    .looseObject({
      Ticket: z.record(z.string(), z.looseObject({ id: z.number(), title: z.string() })).optional(),
    })
    .optional(),
});

const STATES: Readonly<Record<TicketStatus, string>> = {
  open: "open",
  claimed: "open",
  resolved: "closed",
  closed: "closed",
};

/** Stands in the subject of an article, so that it is found again after a crash. */
function markOf(key: string): string {
  return `Frontdesk ${createHash("sha256").update(key).digest("hex").slice(0, 12)}`;
}

/** Zammad, by its REST API with an access token. */
export function createZammad(options: {
  readonly url: string;
  readonly token: string;
  readonly group: string;
  /** Login or e-mail of the customer in whose name tickets are made. */
  readonly customer: string;
  readonly dispatcher: Dispatcher;
}): TicketSystem {
  const { url, token, group, customer, dispatcher } = options;
  const headers = { authorization: `Token token=${token}`, "user-agent": "Frontdesk" };
  const http = createTicketHttp({ url, headers, dispatcher });

  const findTicket = async (caseId: string, signal: AbortSignal): Promise<number | null> => {
    const query = encodeURIComponent(`title:"${caseId}"`);
    const found = foundSchema.parse(
      await http("GET", `/api/v1/tickets/search?query=${query}&limit=10`, { signal }),
    );
    const tickets = Object.values(found.assets?.Ticket ?? {});
    return tickets.find(({ title }) => title.includes(caseId))?.id ?? null;
  };

  const wasWritten = async (ticket: string, subject: string, signal: AbortSignal) => {
    const path = `/api/v1/ticket_articles/by_ticket/${encodeURIComponent(ticket)}`;
    const articles = articlesSchema.parse(await http("GET", path, { signal }));
    return articles.some((one) => one.subject === subject);
  };

  return {
    async create({ caseId, title, text }, { key, signal, isRetry }) {
      const before = isRetry ? await findTicket(caseId, signal) : null;
      if (before !== null) return String(before);
      const article = { subject: markOf(key), body: text, type: "note", internal: true };
      const body = JSON.stringify({ title: `${title} (${caseId})`, group, customer, article });
      const { id } = ticketSchema.parse(await http("POST", "/api/v1/tickets", { body, signal }));
      return String(id);
    },
    async comment(ticket, { text, isInternal, author }, { key, signal, isRetry }) {
      const subject = markOf(key);
      if (isRetry && (await wasWritten(ticket, subject, signal))) return;
      const body = JSON.stringify({
        ticket_id: Number(ticket),
        subject,
        body: `${author}:\n${text}`,
        content_type: "text/plain",
        type: "note",
        internal: isInternal,
      });
      await http("POST", "/api/v1/ticket_articles", { body, signal });
    },
    async attach(ticket, { name, mediaType, bytes }, { key, signal, isRetry, author }) {
      const subject = markOf(key);
      if (isRetry && (await wasWritten(ticket, subject, signal))) return;
      const file = {
        filename: name,
        data: Buffer.from(bytes).toString("base64"),
        "mime-type": mediaType ?? "application/octet-stream",
      };
      const body = JSON.stringify({
        ticket_id: Number(ticket),
        subject,
        body: `${author}:\n📎 ${name}`,
        content_type: "text/plain",
        type: "note",
        internal: false,
        attachments: [file],
      });
      await http("POST", "/api/v1/ticket_articles", { body, signal });
    },
    async setStatus(ticket, status, { signal }) {
      const body = JSON.stringify({ state: STATES[status] });
      const path = `/api/v1/tickets/${encodeURIComponent(ticket)}`;
      const { data } = changedSchema.safeParse(await http("PUT", path, { body, signal }));
      return data === undefined ? null : Date.parse(data.updated_at);
    },
    close: () => dispatcher.destroy(),
  };
}
