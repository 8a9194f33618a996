import { setup } from "xstate";
import type { FlowKind } from "../dialogue/kind.ts";

/** A change that a desk on a platform is to show. */
interface BoardEvent {
  readonly type: "board.changed";
  readonly update: unknown;
  readonly at: number;
}

/** A place of the team's is silent for so long before its mailbox is forgotten. */
const IDLE_MS = 30 * 24 * 60 * 60_000;

function boardMachine() {
  const machine = setup({
    types: { events: {} as BoardEvent, context: {} as { readonly id: string } },
    actions: { "board.show": (_, _params: { readonly update: unknown }) => {} },
  });
  return machine.createMachine({
    id: "board",
    context: { id: "" },
    initial: "showing",
    states: {
      showing: {
        on: {
          "board.changed": {
            actions: {
              type: "board.show",
              params: ({ event }: { readonly event: BoardEvent }) => ({ update: event.update }),
            },
          },
        },
      },
    },
  });
}

/**
 * One case as a desk on a platform shows it: a mailbox of its own, so that changes appear in their order, are tried again
 * while the platform is away, and hold nobody else up.
 */
export function boardKind(): FlowKind {
  return {
    kind: "board",
    version: 1,
    machine: boardMachine(),
    migrations: {},
    fallback: (id) => ({ value: "showing", context: { id } }),
    input: (id) => ({ id }),
    addressOf: () => null,
    idleTtlMs: IDLE_MS,
  };
}
