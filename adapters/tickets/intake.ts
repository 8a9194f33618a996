import { z } from "zod";
import { AGENT_RESOLUTIONS, caseId, FrontdeskError } from "../../src/core/index.ts";
import type { DeskAct } from "../../src/ports/application.ts";
import type { Clock } from "../../src/ports/clock.ts";
import type { DeskOffice } from "../../src/ports/desk.ts";
import type { TicketIntake } from "../../src/ports/ticket-system.ts";
import { signatureFault } from "../shared/signature.ts";
import { TICKET_ORIGIN, type TicketBoard } from "./board.ts";
import { createTicketActs, type TicketDoing, ticketFile } from "./ticket-acts.ts";

/** A recorded request is refused after this time. */
const WINDOW_SECONDS = 300;

const agent = z.strictObject({
  id: z.string().min(1).max(200),
  name: z.string().min(1).max(200),
});
const target = { case: z.string().min(1).max(200), agent };
const eventSchema = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("comment"),
    ...target,
    text: z.string().min(1).max(16_000),
    /** True goes to the customer. */
    public: z.boolean(),
    /** Names of files that stay in the ticket system. */
    files: z.array(z.string().min(1).max(200)).max(10).exactOptional(),
  }),
  /** A comment that was told of before, by the delivery that told of it, is now this. */
  z.strictObject({
    type: z.literal("edited"),
    ...target,
    comment: z.string().min(1).max(200),
    text: z.string().min(1).max(16_000),
  }),
  z.strictObject({
    type: z.literal("deleted"),
    ...target,
    comment: z.string().min(1).max(200),
  }),
  z.strictObject({
    type: z.literal("status"),
    ...target,
    status: z.enum(["claimed", "open", "resolved", "reopened"]),
    resolution: z.enum(AGENT_RESOLUTIONS).exactOptional(),
  }),
]);
type TicketEvent = z.infer<typeof eventSchema>;
type Revision = Extract<TicketEvent, { type: "edited" | "deleted" }>;

function isRevision(event: TicketEvent): event is Revision {
  return event.type === "edited" || event.type === "deleted";
}

function originOf(delivery: string): string {
  return `${TICKET_ORIGIN}${delivery}`;
}

function actOf(event: Exclude<TicketEvent, Revision>): DeskAct {
  if (event.type === "comment") {
    const { text, files = [] } = event;
    if (!event.public) return { type: "note", text };
    const named = files.map((name) => ticketFile(name));
    return { type: "reply", text, ...(named.length === 0 ? {} : { files: named }) };
  }
  const { resolution } = event;
  switch (event.status) {
    case "claimed":
      return { type: "claim" };
    case "open":
      return { type: "release" };
    case "resolved":
      return { type: "resolve", ...(resolution === undefined ? {} : { resolution }) };
    case "reopened":
      return { type: "reopen" };
  }
}

function unauthorized(message: string): FrontdeskError {
  return new FrontdeskError("unauthorized", message);
}

/** What cannot be read is told to whoever set the ticket system up. */
export function readTicketJson<Value>(schema: z.ZodType<Value>, body: string): Value {
  try {
    return schema.parse(JSON.parse(body));
  } catch (error) {
    const detail = error instanceof z.ZodError ? z.prettifyError(error) : "it is not JSON";
    throw new FrontdeskError("usage", `This is no event of a ticket: ${detail}`, { cause: error });
  }
}

/** Takes signed events of any help desk: `comment`, `edited`, `deleted` and `status`, each with its case and agent. */
export function createWebhookIntake(options: {
  readonly secret: string;
  readonly office: DeskOffice;
  readonly board: Pick<TicketBoard, "caseOf">;
  readonly clock: Clock;
}): TicketIntake {
  const { secret, board, clock } = options;
  const acts = createTicketActs(options.office);
  return {
    async receive({ header, body }) {
      const given = header("x-frontdesk-signature");
      const expected = { secret, body, nowMs: clock.now(), windowSeconds: WINDOW_SECONDS };
      const fault = signatureFault(given, expected);
      if (fault === "wrong") {
        throw unauthorized(
          "The signature does not fit: send x-frontdesk-signature `t=<seconds>,v1=<hex>` with the HMAC-SHA256 of `<seconds>.<body>` by tickets.secret.",
        );
      }
      if (fault === "old") {
        throw unauthorized(
          "The signature is older than five minutes, or the clocks differ; sign each request anew.",
        );
      }
      const delivery = header("x-frontdesk-delivery");
      if (delivery === "" || delivery.length > 200) {
        throw new FrontdeskError(
          "usage",
          "Send x-frontdesk-delivery with an id of the event: the same one is taken once.",
        );
      }
      const event = readTicketJson(eventSchema, body);
      const doing: TicketDoing = {
        caseId: (await board.caseOf(event.case)) ?? caseId(event.case),
        agent: { id: `tickets:${event.agent.id}`, name: event.agent.name },
        key: `tickets:in:${delivery}`,
        origin: originOf(isRevision(event) ? event.comment : delivery),
      };
      if (!isRevision(event)) return acts.act(doing, actOf(event));
      await acts.revise(doing, event.type === "edited" ? event.text : null);
    },
  };
}
