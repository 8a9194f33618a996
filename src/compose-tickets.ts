import { deskWords } from "../adapters/shared/desk-words.ts";
import type { TicketBoard } from "../adapters/tickets/index.ts";
import { createGuardedDispatcher } from "../knowledge/ingest/index.ts";
import type { Config } from "./config.ts";
import { FrontdeskError } from "./core/index.ts";
import type { OpenedParts } from "./opened-parts.ts";
import { systemClock } from "./ports/clock.ts";
import type { DeskOffice } from "./ports/desk.ts";
import type { KeyedMemory } from "./ports/keyed-memory.ts";
import type { TicketIntake, TicketSystem } from "./ports/ticket-system.ts";

/** A desk in a ticket system. */
export interface ComposedTickets {
  readonly board: TicketBoard;
  readonly intake: TicketIntake;
}

const CONNECT_MS = 5_000;

function missing(key: string): FrontdeskError {
  return new FrontdeskError(
    "config_invalid",
    `FRONTDESK_DESK=http sends cases to a ticket system, which needs ${key}. See docs/handover.md.`,
  );
}

/** Makes the desk in a ticket system; null where cases go elsewhere. */
export async function composeTickets(
  options: {
    readonly config: Config;
    readonly memory: KeyedMemory;
    readonly office: DeskOffice;
  },
  parts: OpenedParts,
): Promise<ComposedTickets | null> {
  const { config, memory, office } = options;
  if (!/^http(?::|$)/u.test(config.desk)) return null;
  const { url, secret, system: kind, token, group, customer, login, allowPrivate } = config.tickets;
  if (url === null) throw missing("tickets.url");
  if (secret === null) throw missing("tickets.secret");
  const tickets = await import("../adapters/tickets/index.ts");
  const dispatcher = createGuardedDispatcher({
    allowPrivate,
    connectMs: CONNECT_MS,
    refuse: (host) =>
      new FrontdeskError(
        "tickets_unavailable",
        `tickets.url leads to a private address (${host}). Set tickets.allowPrivate if you mean it.`,
        { retryable: true },
      ),
  });
  const zammad = (): TicketSystem => {
    if (token === null) throw missing("tickets.token");
    if (customer === null) throw missing("tickets.customer");
    if (login === null) throw missing("tickets.login");
    return tickets.createZammad({ url, token, group, customer, dispatcher });
  };
  const system = parts.add(
    kind === "zammad"
      ? zammad()
      : tickets.createWebhookTickets({ url, secret, dispatcher, clock: systemClock }),
  );
  const words = deskWords(config.handover.language);
  const board = tickets.createTicketBoard({ system, memory, office, words });
  const intake =
    kind === "zammad"
      ? tickets.createZammadIntake({ secret, office, board, ownLogin: login ?? "" })
      : tickets.createWebhookIntake({ secret, office, board, clock: systemClock });
  return { board, intake };
}
