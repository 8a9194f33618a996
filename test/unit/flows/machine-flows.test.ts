import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { type CustomFlow, createMachineFlow } from "../../../flows/index.ts";
import { type FlowFiles, readFlowFiles, refuseFaults } from "../../../src/compose-flow-files.ts";
import type { FlowRequest } from "../../../src/ports/flow-caller.ts";
import { silentLogger } from "../../../src/ports/logger.ts";
import { createInnerMachine } from "../../../src/runtime/index.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const { signal } = new AbortController();
const SAMPLES = fileURLToPath(new URL("../../../samples/flows", import.meta.url));

/** A module whose machine hears a message in its only state. */
function moduleOf(
  parts: {
    readonly name?: string;
    readonly state?: string;
    readonly more?: string;
    readonly setup?: string;
  } = {},
): string {
  const { name = "own", more = "", setup = "" } = parts;
  const { state = `on: { "message.received": { actions: say("hello") } }` } = parts;
  return `const say = (text) => ({ type: "say", params: { text } });
export default ({ setup, assign }) => ({
  name: "${name}", title: "Own", starts: ["begin"], ${more}
  machine: setup({ ${setup} }).createMachine({ initial: "a", states: { a: { ${state} }, b: { type: "final" } } }),
});`;
}

async function read(files: Readonly<Record<string, string>>): Promise<FlowFiles> {
  const folder = temporaryFolder();
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return readFlowFiles(folder, {});
}

function madeOf(
  files: FlowFiles,
  answer: (request: FlowRequest) => { status: number; body: unknown } = () => ({
    status: 200,
    body: {},
  }),
): CustomFlow {
  const [first] = files.machines;
  if (first === undefined) throw new Error(JSON.stringify(files.faults));
  return createMachineFlow(first.flow, {
    stepper: createInnerMachine(first.reducer, { now: () => 1_000 }),
    caller: { call: async (request) => answer(request) },
    fillSecrets: (text) => text.replace(/\$\{ORDERS_TOKEN\}/u, "t0ken"),
    logger: silentLogger,
  });
}

const turn = (text: string, state: unknown = null) =>
  ({ text, state, language: "en", key: "k1" }) as const;

describe("the folder of flows", () => {
  it.each([
    ["a file that breaks as it is loaded", "export default nobody;", "nobody is not defined"],
    ["one without an export", "const a = 1;", "no default export"],
    ["a machine that is none", "export default { name: 'x' };", "machine: must be a machine"],
    ["a name that is none", moduleOf({ name: "Own Flow" }), "name: must be small letters"],
    ["a pattern that is none", moduleOf({ more: `match: ["("],` }), "is no regular expression"],
    [
      "an action of its own",
      moduleOf({ state: `on: { "message.received": { actions: () => {} } }` }),
      "is none that is carried out",
    ],
    [
      "a named action of its own",
      moduleOf({
        setup: "actions: { ring: () => {} }",
        state: `on: { "message.received": { actions: "ring" } }`,
      }),
      "the action ring is none",
    ],
    ["a wait", moduleOf({ state: `after: { 100: "b" }` }), "state a: after is not possible"],
    ["work that nobody does", moduleOf({ state: `invoke: { src: "find" }` }), "invoke of find"],
    [
      "a guard that nobody gives",
      moduleOf({ state: `on: { "message.received": { guard: "isFine", target: "b" } }` }),
      "guard isFine is not given",
    ],
    ["deaf states", moduleOf({ state: `on: { other: "b" }` }), "no state waits for message"],
    ["a second version alone", moduleOf({ more: "version: 2," }), "migration from 1 is missing"],
    [
      "a fault at the beginning",
      moduleOf({
        state: `entry: assign(() => { throw new Error("no clock"); }), on: { "message.received": "b" }`,
      }),
      "no state of the machine handles",
    ],
  ])("leaves out %s, naming file and reason, and keeps the others", async (_, text, reason) => {
    const files = await read({ "broken.mjs": text, "whole.mjs": moduleOf({ name: "whole" }) });

    expect(files.machines.map(({ flow }) => flow.name)).toEqual(["whole"]);
    expect(files.faults.map(({ message }) => message).join("\n")).toContain(reason);
    expect(() => refuseFaults(files)).toThrow("broken.mjs:1: ");
  });

  it("leaves out a second flow of the same name, whatever kind it is", async () => {
    const files = await read({
      "a.yaml": "{ name: own, title: Own, starts: [begin], slots: {}, answer: hello }",
      "b.mjs": moduleOf(),
    });

    expect(files.forms).toHaveLength(1);
    expect(files.machines).toHaveLength(0);
    expect(files.faults[0]?.message).toContain("a.yaml has the name own, too");
  });

  it("holds nothing where there is no such folder", async () => {
    expect(await readFlowFiles("/nowhere/at/all", {})).toEqual({
      forms: [],
      machines: [],
      faults: [],
    });
  });
});

describe("a flow that is a machine", () => {
  it("gives its work what it asks for, with secrets and a key that stays the same", async () => {
    const asked: FlowRequest[] = [];
    const flow = madeOf(await readFlowFiles(SAMPLES, {}), (request) => {
      asked.push(request);
      return { status: 200, body: { days: 3, number: "R-1" } };
    });

    const first = await flow.turn(turn("return A-1234"), { signal });
    await flow.turn(turn("return A-1234"), { signal });
    const last = await flow.turn(turn("2", first.state), { signal });

    expect(first).toMatchObject({
      outcome: "waiting",
      options: ["it is broken", "it does not fit"],
    });
    expect(last).toMatchObject({ outcome: "done", text: "Your return has the number R-1." });
    expect(asked[0]).toMatchObject({
      url: "https://orders.example.com/v1/orders/A-1234",
      headers: { Authorization: "Bearer t0ken" },
    });
    expect(asked[1]).toEqual(asked[0]);
    expect(asked[2]?.body).toEqual({ order: "A-1234", reason: "it does not fit" });
  });

  it.each([
    ["says nothing", `on: { "message.received": "b" }`],
    ["says what is no sentence", `on: { "message.received": { actions: say(7) } }`],
    [
      "has a guard that throws",
      `on: { "message.received": { guard: () => { throw new Error("x"); }, target: "b" } }`,
    ],
    [
      "keeps more than a conversation should",
      `on: { "message.received": { actions: [assign({ all: () => "x".repeat(40000) }), say("ok")] } }`,
    ],
    [
      "keeps what JSON cannot hold",
      `on: { "message.received": { actions: [assign({ at: () => new Date() }), say("ok")] } }`,
    ],
  ])("calls a person when it %s", async (_, state) => {
    const flow = madeOf(await read({ "own.mjs": moduleOf({ state }) }));

    expect(await flow.turn(turn("begin"), { signal })).toMatchObject({
      outcome: "handover",
      reason: "internal-error",
    });
  });

  it("calls a person when its work goes round and round, or fails and nobody minds", async () => {
    const state = `invoke: { src: "go", onDone: { target: "a", reenter: true } }, on: { "message.received": "b" }`;
    const round = madeOf(
      await read({ "own.mjs": moduleOf({ state, more: "tasks: { go: async () => 1 }," }) }),
    );
    const failing = madeOf(
      await read({
        "own.mjs": moduleOf({ state, more: `tasks: { go: () => { throw new Error("x"); } },` }),
      }),
    );

    expect((await round.turn(turn("begin"), { signal })).reason).toBe("internal-error");
    expect((await failing.turn(turn("begin"), { signal })).reason).toBe("internal-error");
  });

  it("calls nobody by what a program gave back, and lets a question pass unless it says otherwise", async () => {
    const said = await read({
      "own.mjs": moduleOf({
        state: `on: { "message.received": { actions: say("ask @everyone at https://orders.example.com") } }`,
        more: `fits: (text) => text.startsWith("is it"),`,
      }),
    });
    const flow = madeOf(said);

    const { text, state } = await flow.turn(turn("begin"), { signal });

    expect(text).not.toContain("@everyone");
    expect(text).toContain("https://orders.example.com");
    expect(flow.fits(state, "is it blue?")).toBe(true);
    expect(flow.fits(state, "how many days off?")).toBe(false);
  });

  it("begins anew where what was kept names a state that is gone, and is lifted where it says how", async () => {
    const before = madeOf(await read({ "own.mjs": moduleOf() }));
    const { state } = await before.turn(turn("begin"), { signal });
    const renamed = (more: string) =>
      `export default ({ setup }) => ({ name: "own", title: "Own", starts: ["begin"], ${more}
  machine: setup({}).createMachine({ initial: "first", states: {
    first: { on: { "message.received": { actions: { type: "say", params: { text: "anew" } } } } },
    second: { on: { "message.received": { actions: { type: "say", params: { text: "went on" } } } } },
  } }) });`;

    const anew = madeOf(await read({ "own.mjs": renamed("") }));
    const lifted = madeOf(
      await read({
        "own.mjs": renamed(
          `version: 2, migrations: { 1: (kept) => ({ ...kept, value: "second" }) },`,
        ),
      }),
    );

    expect((await anew.turn(turn("x", state), { signal })).text).toBe("anew");
    expect((await lifted.turn(turn("x", state), { signal })).text).toBe("went on");
  });

  it.each(["flows.md", "zh/flows.md"])(
    "is as the one in docs/%s, which can be used",
    async (page) => {
      const text = readFileSync(new URL(`../../../docs/${page}`, import.meta.url), "utf8");
      const module = /```js\n([\s\S]*?)```/u.exec(text)?.[1] ?? "";
      const flow = madeOf(await read({ "room.mjs": module }), () => ({ status: 201, body: null }));

      const asked = await flow.turn(turn("book a room"), { signal });
      const booked = await flow.turn(turn("four", asked.state), { signal });

      expect([asked.text, booked.text]).toEqual(["For how many?", "Booked."]);
    },
  );

  it("is left out, and told of, when its file cannot even be read", async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, "order.yaml"));
    writeFileSync(join(folder, "own.mjs"), moduleOf());

    const { machines, faults } = await readFlowFiles(folder, {});

    expect(machines).toHaveLength(1);
    expect(faults).toMatchObject([{ file: join(folder, "order.yaml"), line: 1 }]);
  });

  it("has a chart", async () => {
    const flow = madeOf(await read({ "own.mjs": moduleOf() }));

    expect(flow.chart).toContain("  [*] --> a");
  });

  it("stops with the turn", async () => {
    const stopped = new AbortController();
    stopped.abort(new Error("interrupted"));
    const state = `invoke: { src: "go" }, on: { "message.received": "b" }`;
    const working = madeOf(
      await read({ "own.mjs": moduleOf({ state, more: "tasks: { go: async () => 1 }," }) }),
    );

    await expect(working.turn(turn("begin"), stopped)).rejects.toThrow("interrupted");
  });
});
