import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { caseKind, DEFAULT_DIALOGUE_SETTINGS } from "../../flows/index.ts";
import { caseId, conversationId } from "../../src/core/index.ts";
import {
  createDeadLetterOffice,
  createDeskEffect,
  createSqliteDesk,
  createSqliteStore,
} from "../../src/runtime/index.ts";
import { childOfTests } from "../support/compiled-child-entry.ts";
import { createFakeClock } from "../support/fake-clock.ts";
import { OFFICE_SETTINGS } from "../support/office-case.ts";
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

it("a case that waits for office hours is reminded of when they say, whatever power cut lies between", async () => {
  const folder = await mkdtemp(join(tmpdir(), "frontdesk-case-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, "conversations.db");
  // Ten minutes before the office closes on a Friday: twenty of the thirty are left for Monday.
  const friday = Date.UTC(2026, 0, 2, 16, 50);
  const argument = JSON.stringify({ file, now: friday });
  const child = spawn(process.execPath, [childOfTests("case-worker-child"), argument]);
  const complaints = child.stderr.setEncoding("utf8").toArray();
  const ended: unknown = await once(child, "exit");
  expect({ ended, complaints: await complaints }).toEqual({
    ended: [null, "SIGKILL"],
    complaints: [],
  });

  const clock = createFakeClock(Date.UTC(2026, 0, 3, 12));
  const world = await createRuntimeWorld(
    clock,
    createSqliteStore({ file, clock, synchronous: "normal" }),
  );
  onTestFinished(() => world.dispose());
  const shown: string[] = [];
  await world.startWorker({
    kinds: [caseKind(OFFICE_SETTINGS)],
    effects: { "desk.publish": async (params) => void shown.push(JSON.stringify(params)) },
  });
  const reminders = () => shown.filter((one) => one.includes("Nobody has taken this case yet"));
  await eventually("the case is shown", () => shown.length > 0);
  await world.settled();
  const onSaturday = reminders().length;
  clock.advance(Date.UTC(2026, 0, 5, 9, 20) - 1 - clock.now());
  await world.settled();
  const before = reminders().length;
  clock.advance(1);
  await eventually("the desk is reminded", () => reminders().length > 0);

  expect([onSaturday, before, reminders().length]).toEqual([0, 0, 1]);
});
