import { expect, it, onTestFinished } from "vitest";
import { caseKind, DEFAULT_DIALOGUE_SETTINGS } from "../../flows/index.ts";
import { caseId, conversationId } from "../../src/core/index.ts";
import {
  createDeadLetterOffice,
  createDeskEffect,
  createSqliteDesk,
} from "../../src/runtime/index.ts";
import { aPacket } from "../support/reply-builder.ts";
import { eventually } from "../support/runtime-eventually.ts";
import { createRuntimeWorld } from "../support/runtime-world.ts";

const CASES = 500;
const WAIT_MS = 60_000;

it(
  "500 cases at once are all at the desk, each with one of the two agents who wanted all of them",
  async () => {
    const world = await createRuntimeWorld();
    const desk = createSqliteDesk({ file: ":memory:" });
    onTestFinished(async () => {
      await world.dispose();
      await desk.close();
    });
    let lines = 0;
    const show = createDeskEffect(desk);
    await world.startWorker({
      kinds: [caseKind(DEFAULT_DIALOGUE_SETTINGS)],
      effects: {
        "desk.publish": async (params, context) => {
          await show(params, context);
          if (JSON.stringify(params).includes('"kind":"event"')) lines += 1;
        },
      },
    });
    const ids = Array.from({ length: CASES }, (_, n) => caseId(`C-${n}`));

    await Promise.all(
      ids.flatMap((id, n) => {
        const address = { kind: "case", id };
        const requested = {
          type: "case.requested",
          caseId: id,
          conversationId: conversationId(`console:${n}`),
          packet: aPacket({ conversationId: conversationId(`console:${n}`) }),
          at: n,
        };
        const agents = n % 2 === 0 ? ["Mia", "Ben"] : ["Ben", "Mia"];
        const claims = agents.map((agent) => ({ type: "agent.claimed", agent, at: CASES + n }));
        return [requested, ...claims].map((event) => world.tell(address, event));
      }),
    );
    await eventually("the slower agent of each case is told", () => lines === CASES, WAIT_MS);

    const all = await desk.list({ includeResolved: false });
    const held = (name: string) => all.filter(({ agent }) => agent === name).length;
    const told = all.flatMap(({ entries }) => entries.filter(({ kind }) => kind === "event"));
    expect([all.length, held("Mia") + held("Ben"), told.length]).toEqual([CASES, CASES, CASES]);
    expect(await createDeadLetterOffice(world.store).list({ limit: 1 })).toEqual([]);
  },
  2 * WAIT_MS,
);
