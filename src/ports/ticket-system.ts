import type { CarriedFile } from "./file-place.ts";

/** A line of a case on its way to a ticket system. */
interface TicketComment {
  /** Plain text; Markdown where the system shows it. */
  readonly text: string;
  /** Notes and happenings; false for what customer and agent said to one another. */
  readonly isInternal: boolean;
  readonly author: string;
}

/** What became of a line that is in a ticket. */
interface TicketRevision extends TicketComment {
  /** The id of its comment, as {@link TicketSystem.comment} was given it. */
  readonly line: string;
  /** What it says now; null when its author took it back. */
  readonly now: string | null;
}

/** Where a case stands, for a ticket system. */
export type TicketStatus = "open" | "claimed" | "resolved" | "closed";

interface TicketCall {
  /** The same for every attempt. */
  readonly key: string;
  readonly signal: AbortSignal;
  /** An earlier attempt may have had its effect: look first. */
  readonly isRetry: boolean;
}

/**
 * A help desk of somebody else's, in which every case is a ticket. Each call has its effect once per key.
 * Errors: `tickets_unavailable` (retryable: it is tried until it works), `delivery_rejected` for what it will never take.
 */
export interface TicketSystem {
  /** Resolves with the ticket's id there. */
  create(
    ticket: { readonly caseId: string; readonly title: string; readonly text: string },
    call: TicketCall,
  ): Promise<string>;
  /** @param line names it, for when it is changed or taken back; null for what nobody changes */
  comment(
    ticket: string,
    comment: TicketComment & { readonly line: string | null },
    call: TicketCall,
  ): Promise<void>;
  /** Absent: what became of a comment is told in one more, for the team alone. */
  revise?(ticket: string, revision: TicketRevision, call: TicketCall): Promise<void>;
  /** Adds a file of the customer's to the ticket. */
  attach(
    ticket: string,
    file: CarriedFile,
    call: TicketCall & { readonly author: string },
  ): Promise<void>;
  /** Resolves with when the ticket was changed last, by the clock there (ms since 1970); null where it is not said. */
  setStatus(ticket: string, status: TicketStatus, call: TicketCall): Promise<number | null>;
  close(): Promise<void>;
}

/** Takes what a ticket system tells. */
export interface TicketIntake {
  /**
   * Resolves when it is durable. The same delivery is taken once.
   * @throws FrontdeskError `unauthorized` for a wrong or old signature, `usage` for what cannot be read, and what agents are
   *   refused with (`case_taken`, …)
   */
  receive(request: {
    readonly header: (name: string) => string;
    readonly body: string;
  }): Promise<void>;
}
