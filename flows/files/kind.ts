import { enqueueActions, setup } from "xstate";
import type { FileCarriage, FileEvent } from "../../src/core/index.ts";
import type { FlowKind } from "../dialogue/kind.ts";

/** Nothing more happens to the files of a message after so long, but that it is deleted. */
const IDLE_MS = 30 * 24 * 60 * 60_000;

function fileMachine() {
  const machine = setup({
    types: { events: {} as FileEvent, context: {} as { readonly id: string } },
    actions: {
      "file.carry": (_, _params: FileCarriage) => {},
      "file.remove": () => {},
    },
  });
  return machine.createMachine({
    id: "file",
    context: { id: "" },
    initial: "carrying",
    states: {
      carrying: {
        on: {
          "files.sent": {
            actions: enqueueActions(({ event, enqueue }) => {
              const { files, to } = event;
              for (const [index, file] of files.entries()) {
                enqueue({ type: "file.carry", params: { file, to, index } });
              }
            }),
          },
          "files.withdrawn": { actions: "file.remove" },
        },
      },
    },
  });
}

/**
 * The files of one message on their way to the desk or to a customer: a mailbox of its own, so that a file that takes long, or is
 * tried again, holds up nothing that is said.
 */
export function fileKind(): FlowKind {
  return {
    kind: "file",
    version: 1,
    machine: fileMachine(),
    migrations: {},
    fallback: (id) => ({ value: "carrying", context: { id } }),
    input: (id) => ({ id }),
    addressOf: () => null,
    idleTtlMs: IDLE_MS,
  };
}
