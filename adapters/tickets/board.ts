import { z } from "zod";
import {
  type CaseEntry,
  type CaseId,
  type CaseRecord,
  caseId,
  FrontdeskError,
} from "../../src/core/index.ts";
import type { BoardUpdate, DeskBoard, DeskOffice } from "../../src/ports/desk.ts";
import type { KeyedMemory } from "../../src/ports/keyed-memory.ts";
import type { TicketStatus, TicketSystem } from "../../src/ports/ticket-system.ts";
import { CASE_MS } from "../shared/case-lifetime.ts";
import { caseDetails, caseHead } from "../shared/desk-packet.ts";
import type { DeskWords } from "../shared/desk-words.ts";
import { cleanLine, cut } from "../shared/text.ts";
import { withFileNames } from "../shared/with-files.ts";

const MAX_TITLE = 120;

/** Before the id of what came from the ticket system: it shows that already. */
export const TICKET_ORIGIN = "tickets:";

/** Shows cases as tickets. */
export interface TicketBoard extends DeskBoard {
  /** The case of a ticket; null when it is none of ours. */
  caseOf(ticket: string): Promise<CaseId | null>;
  /** When a ticket was closed by us, by the ticket system's clock (ms since 1970); null when it is open, or not known. */
  closedAt(ticket: string): Promise<number | null>;
}

const STATUS: Readonly<Record<CaseRecord["state"], TicketStatus>> = {
  waiting: "open",
  claimed: "claimed",
  resolved: "resolved",
  closed: "closed",
};

function titleOf({ packet }: CaseRecord): string {
  const summary = packet.summary.split("\n")[0] ?? "";
  return cut(cleanLine(packet.question ?? (summary === "" ? packet.customer : summary)), MAX_TITLE);
}

function authorOf({ kind, name }: CaseEntry, words: DeskWords): string {
  return kind === "reply" ? words.toCustomer(name) : name === "" ? words.bot : name;
}

export function createTicketBoard(options: {
  readonly system: TicketSystem;
  readonly memory: Pick<KeyedMemory, "get" | "set" | "delete">;
  readonly office: Pick<DeskOffice, "find">;
  readonly words: DeskWords;
}): TicketBoard {
  const { system, memory, office, words } = options;

  const ticketOf = (id: CaseId): Promise<string | null> =>
    memory.get(`tickets:of:${id}`).then((kept) => z.string().safeParse(kept).data ?? null);

  const open = async (
    record: CaseRecord,
    call: { readonly signal: AbortSignal; readonly isRetry: boolean },
  ): Promise<string> => {
    const text = `${caseHead(record, words)}\n\n${caseDetails(record, words)}`;
    const ticket = await system.create(
      { caseId: record.id, title: titleOf(record), text },
      { ...call, key: `tickets:create:${record.id}` },
    );
    await memory.set(`tickets:case:${ticket}`, record.id, CASE_MS);
    await memory.set(`tickets:of:${record.id}`, ticket, CASE_MS);
    return ticket;
  };

  /** What is told of a ticket from before it was closed does not open it again. */
  const setStatus = async (
    ticket: string,
    status: TicketStatus,
    call: Parameters<TicketSystem["setStatus"]>[2],
  ): Promise<void> => {
    const at = await system.setStatus(ticket, status, call);
    const name = `tickets:closed:${ticket}`;
    if (status !== "resolved" && status !== "closed") return memory.delete(name);
    if (at !== null) await memory.set(name, at, CASE_MS);
  };

  /** What the customer, or an agent elsewhere, made of a line: nothing of one that the ticket never had. */
  const revise = async (
    ticket: string,
    { caseId: id, entry, packet }: Extract<BoardUpdate, { type: "revised" }>,
    call: Parameters<TicketSystem["comment"]>[2],
  ): Promise<void> => {
    const { line, revision, kind, origin } = entry;
    if (origin?.startsWith(TICKET_ORIGIN) === true) return;
    const isComment = (await office.find(id)).entries.some((one) => one.line === line);
    const isDeleted = revision === "deleted";
    if (!isComment && packet === undefined && isDeleted) return;
    const author = authorOf(entry, words);
    const text = isDeleted ? words.deleted(entry.name) : `(${words.edited}) ${entry.text}`;
    if (isComment && system.revise !== undefined) {
      const now = isDeleted ? null : entry.text;
      const isInternal = kind === "note";
      return system.revise(ticket, { line, now, text, isInternal, author }, call);
    }
    return system.comment(ticket, { text, isInternal: true, author, line: null }, call);
  };

  const idOf = (update: BoardUpdate): CaseId =>
    update.type === "opened" ? update.record.id : update.caseId;

  return {
    files: {
      async put(file, id, { key, signal }) {
        const ticket = await ticketOf(id);
        if (ticket === null) {
          const how = { retryable: true };
          throw new FrontdeskError("delivery_uncertain", `case ${id} has no ticket yet`, how);
        }
        const author = (await office.find(id)).packet.customer;
        // Whether an earlier try has arrived, only the ticket system knows.
        await system.attach(ticket, file, { key, signal, isRetry: true, author });
        return key;
      },
      // Comments of a ticket stay, and so do their files: the line that tells of it says what was taken back.
      remove: () => Promise.resolve(),
    },
    async caseOf(ticket) {
      const kept = z
        .string()
        .min(1)
        .safeParse(await memory.get(`tickets:case:${ticket}`));
      return kept.success ? caseId(kept.data) : null;
    },
    async closedAt(ticket) {
      return (
        z
          .number()
          .nullable()
          .safeParse(await memory.get(`tickets:closed:${ticket}`)).data ?? null
      );
    },
    async publish(update, { key, signal, isRetry = false }) {
      const id = idOf(update);
      const call = { key: `tickets:${key}`, signal, isRetry };
      const before = await ticketOf(id);
      if (update.type === "erased") {
        if (before === null) return;
        const text = words.erased;
        const told = { text, isInternal: true, author: words.bot, line: null };
        await system.comment(before, told, call);
        return setStatus(before, "closed", call);
      }
      const record = update.type === "opened" ? update.record : null;
      const known = before ?? (await open(record ?? (await office.find(id)), call));
      if (before === null && record !== null) return;
      switch (update.type) {
        case "opened":
          await system.comment(
            known,
            {
              text: `${words.back}\n\n${caseDetails(update.record, words)}`,
              ...{ isInternal: true, author: words.bot, line: null },
            },
            call,
          );
          return setStatus(known, "open", call);
        case "entry": {
          const { entry } = update;
          if (entry.origin?.startsWith(TICKET_ORIGIN) === true) return;
          const isInternal = entry.kind === "note" || entry.kind === "event";
          const author = authorOf(entry, words);
          return system.comment(
            known,
            {
              text: withFileNames(entry.text, entry.files),
              ...{ isInternal, author, line: entry.line ?? null },
            },
            call,
          );
        }
        case "revised":
          return revise(known, update, call);
        case "state":
          return setStatus(known, STATUS[update.state], call);
      }
    },
  };
}
