import { createHmac } from "node:crypto";
import { Parser } from "htmlparser2";
import { z } from "zod";
import { FrontdeskError } from "../../src/core/index.ts";
import type { DeskAct } from "../../src/ports/application.ts";
import type { DeskOffice } from "../../src/ports/desk.ts";
import type { TicketIntake } from "../../src/ports/ticket-system.ts";
import { isSameText } from "../shared/signature.ts";
import { TICKET_ORIGIN, type TicketBoard } from "./board.ts";
import { readTicketJson } from "./intake.ts";
import { createTicketActs, ticketFile } from "./ticket-acts.ts";

const person = z.looseObject({
  login: z.string().min(1),
  firstname: z.string().nullish(),
  lastname: z.string().nullish(),
});

const attachment = z.looseObject({
  filename: z.string(),
  size: z.coerce.number().catch(0),
  url: z.string().catch(""),
});

/** https://admin-docs.zammad.org/en/latest/manage/webhook/payload.html: what is read of an event. */
const eventSchema = z.looseObject({
  ticket: z.looseObject({
    id: z.number(),
    state: z.string(),
    updated_at: z.string(),
    updated_by: person.nullish(),
  }),
  article: z
    .looseObject({
      id: z.number(),
      body: z.string(),
      content_type: z.string().nullish(),
      internal: z.boolean(),
      sender: z.string().nullish(),
      subject: z.string().nullish(),
      created_by: person,
      attachments: z.array(attachment).nullish(),
    })
    .nullish(),
});
type Person = z.infer<typeof person>;
type Article = NonNullable<z.infer<typeof eventSchema>["article"]>;

const BLOCKS: ReadonlySet<string> = new Set(["br", "p", "div", "li", "tr", "h1", "h2", "h3"]);
/** As our own articles are marked: they come back as events. */
const OWN_ARTICLE = /^Frontdesk [0-9a-f]{12}$/u;

function textOf(html: string): string {
  const parts: string[] = [];
  const parser = new Parser({
    ontext: (text) => void parts.push(text.replace(/\s+/gu, " ")),
    onclosetag: (name) => {
      if (BLOCKS.has(name)) parts.push("\n");
    },
  });
  parser.end(html);
  return parts
    .join("")
    .replace(/[ \t]*\n[ \t]*/gu, "\n")
    .replace(/\n{3,}/gu, "\n\n")
    .trim();
}

/** What an article says. Files of a note stay where the team sees them; of a reply's everybody is told what became of them. */
function actOf({ body, content_type: type, internal, attachments }: Article): DeskAct | null {
  const text = type === "text/plain" ? body : textOf(body);
  const files = (attachments ?? []).map(({ filename, size, url }) =>
    ticketFile(filename, url, size),
  );
  if (internal) return text.trim() === "" ? null : { type: "note", text };
  if (text.trim() === "" && files.length === 0) return null;
  return { type: "reply", text, ...(files.length === 0 ? {} : { files }) };
}

function agentOf({ login, firstname, lastname }: Person) {
  const name = [firstname, lastname].filter((part) => (part ?? "") !== "").join(" ");
  return { id: `tickets:${login}`, name: name === "" ? login : name };
}

/**
 * Takes webhooks of Zammad's triggers: articles of agents (public ones go to the customer, internal ones are notes) and the
 * closing and reopening of tickets. They are signed (HMAC-SHA1, the only one it offers) but carry no time: a repetition is
 * told by the article and the ticket's last change instead. Opened again is only what was changed after we had closed it.
 */
export function createZammadIntake(options: {
  readonly secret: string;
  readonly office: DeskOffice;
  readonly board: Pick<TicketBoard, "caseOf" | "closedAt">;
  /** Login of the account by whose token we write: what it does comes from here. */
  readonly ownLogin: string;
}): TicketIntake {
  const { secret, office, board, ownLogin } = options;
  const acts = createTicketActs(office);
  return {
    async receive({ header, body }) {
      const expected = `sha1=${createHmac("sha1", secret).update(body).digest("hex")}`;
      if (!isSameText(header("x-hub-signature"), expected)) {
        throw new FrontdeskError(
          "unauthorized",
          "The signature does not fit: give the webhook in Zammad the HMAC SHA1 signature token of tickets.secret.",
        );
      }
      const { ticket, article } = readTicketJson(eventSchema, body);
      const caseId = await board.caseOf(String(ticket.id));
      if (caseId === null) return;
      const isOwn = OWN_ARTICLE.test(article?.subject ?? "");
      if (article !== null && article !== undefined && !isOwn && article.sender === "Agent") {
        const key = `tickets:in:${ticket.id}:${article.id}`;
        const origin = `${TICKET_ORIGIN}${article.id}`;
        const doing = { caseId, agent: agentOf(article.created_by), key, origin };
        const act = actOf(article);
        if (act !== null) await acts.act(doing, act);
      }
      const by = ticket.updated_by;
      if (by === null || by === undefined || by.login === ownLogin) return;
      const change = `${ticket.id}:${ticket.state}:${ticket.updated_at}`;
      const doing = {
        caseId,
        agent: agentOf(by),
        key: `tickets:in:${change}`,
        origin: `${TICKET_ORIGIN}${change}`,
      };
      const isClosed = ticket.state === "closed" || ticket.state === "merged";
      if (isClosed) return acts.act(doing, { type: "resolve" });
      // A ticket is open, too, while its closing is still on its way there.
      const closedAt = await board.closedAt(String(ticket.id));
      if (closedAt === null || Date.parse(ticket.updated_at) <= closedAt) return;
      await acts.act(doing, { type: "reopen" });
    },
  };
}
