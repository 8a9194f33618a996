import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { createFormFlow, type Form, readForm } from "../../../flows/index.ts";
import { FrontdeskError } from "../../../src/core/index.ts";
import type { FlowCaller, FlowRequest } from "../../../src/ports/flow-caller.ts";
import { QUICK_SETTINGS, startDialogue } from "../../support/flows-dialogue.ts";

const { signal } = new AbortController();
const SAMPLE = readFileSync(
  new URL("../../../samples/flows/order-status.yaml", import.meta.url),
  "utf8",
);

function formIn(text: string): Form {
  const read = readForm(text);
  if (read.type === "faults") throw new Error(JSON.stringify(read.faults));
  return read.form;
}

function answering(answer: Awaited<ReturnType<FlowCaller["call"]>> | Error) {
  const asked: FlowRequest[] = [];
  const caller: FlowCaller = {
    async call(request) {
      asked.push(request);
      if (answer instanceof Error) throw answer;
      return answer;
    },
  };
  return { asked, caller };
}

const turn = (text: string, state: unknown = null) =>
  ({ text, state, language: "en", key: "k1" }) as const;

describe("a form", () => {
  it("asks for one thing after the other, calls, and answers with what came back", async () => {
    const { asked, caller } = answering({ status: 200, body: { text: "on its way" } });
    const flow = createFormFlow(formIn(SAMPLE), caller);

    const first = await flow.turn(turn("where is it"), { signal });
    const second = await flow.turn(turn("A-1234", first.state), { signal });
    const last = await flow.turn(turn("2", second.state), { signal });

    expect([first, second, last].map(({ outcome }) => outcome)).toEqual([
      "waiting",
      "waiting",
      "done",
    ]);
    expect(second.options).toEqual(["status", "delivery day"]);
    expect(last.text).toBe("Order A-1234: on its way");
    expect(asked).toMatchObject([
      {
        url: "https://orders.example.com/v1/orders/A-1234?show=delivery%20day",
        method: "GET",
        body: null,
        key: "k1",
      },
    ]);
  });

  it("takes a corrected value in the place of the one before, in both languages", async () => {
    const { asked, caller } = answering({ status: 200, body: { text: "on its way" } });
    const flow = createFormFlow(formIn(SAMPLE), caller);

    for (const correction of ["no, I meant A-1234", "不对，我说的是 A-1234"]) {
      const first = await flow.turn(turn("where is order A-9999"), { signal });
      const second = await flow.turn(turn(correction, first.state), { signal });
      await flow.turn(turn("2", second.state), { signal });

      expect(second.outcome).toBe("waiting");
      expect(second.options).toEqual(["status", "delivery day"]);
    }

    expect(asked.map(({ url }) => url)).toEqual(
      Array(2).fill("https://orders.example.com/v1/orders/A-1234?show=delivery%20day"),
    );
  });

  it("takes what is said without being asked, and says nothing that calls or leads somewhere", async () => {
    const { caller } = answering({
      status: 200,
      body: { text: "see https://evil.example @everyone" },
    });
    const flow = createFormFlow(formIn(SAMPLE), caller);

    const { text } = await flow.turn(turn("delivery day of A-1234"), { signal });

    expect(text).toContain("Order A-1234: see");
    expect(text).not.toContain("evil.example");
    expect(text).not.toContain("@everyone");
  });

  it("calls a person when the other program fails or nothing fits three times", async () => {
    const away = answering(new FrontdeskError("flow_call_failed", "away"));
    const flow = createFormFlow(formIn(SAMPLE), away.caller);

    const failed = await flow.turn(turn("A-1234 status"), { signal });
    let state: unknown = null;
    let stuck = await flow.turn(turn("hm"), { signal });
    for (const text of ["no", "no", "no"]) {
      ({ state } = stuck);
      stuck = await flow.turn(turn(text, state), { signal });
    }

    expect(failed).toMatchObject({ outcome: "handover", reason: "internal-error" });
    expect(stuck).toMatchObject({ outcome: "handover", reason: "clarification-failed" });
  });

  it("asks before it does something, and does nothing after a no", async () => {
    const { asked, caller } = answering({ status: 200, body: {} });
    const flow = createFormFlow(
      formIn(`${SAMPLE}confirm: { en: "Ask about {order}?", zh: "查 {order}？" }\n`),
      caller,
    );

    const asking = await flow.turn(turn("A-1234 status"), { signal });
    const refused = await flow.turn(turn("no", asking.state), { signal });

    expect(asking).toMatchObject({ text: "Ask about A-1234?", options: ["Yes", "No"] });
    expect(refused.outcome).toBe("cancelled");
    expect(asked).toEqual([]);
  });
});

describe("a file that is no form", () => {
  it.each([
    ["name: Orders", "name: Orders", "name: must be small letters"],
    [SAMPLE.replace("wrong:", "worng:"), "worng:", "worng"],
    [SAMPLE.replace("/{order}?", "/{number}?"), "/{number}?", "{number} is no slot"],
    [SAMPLE.replace("orders.example.com", "{order}.example.com"), "{order}.ex", "before the path"],
    ["name: [", "name", "Flow sequence"],
  ])("is told of by line", (text, place, message) => {
    const read = readForm(text);

    expect(read.type).toBe("faults");
    const faults = read.type === "faults" ? read.faults : [];
    const found = faults.find((fault) => fault.message.includes(message));
    expect(found, JSON.stringify(faults)).toBeDefined();
    expect(found?.line).toBe(text.slice(0, text.indexOf(place)).split("\n").length);
  });
});

describe("a flow in a conversation", () => {
  it("goes on after a restart from what is stored, for whoever began it alone", async () => {
    const { caller } = answering({ status: 200, body: { text: "on its way" } });
    const flows = [createFormFlow(formIn(SAMPLE), caller)];
    const dialogue = startDialogue({ settings: QUICK_SETTINGS, flows });

    await dialogue.say("Where is my order?");
    const stored: unknown = JSON.parse(JSON.stringify(dialogue.context()));
    const other = await dialogue.say("A-1234", { by: "bo" });
    const next = await dialogue.say("A-1234");

    expect(stored).toMatchObject({ flows: [{ name: "order-status", author: "ana" }] });
    expect(other?.decision).not.toBe("answer");
    expect(next?.options.map(({ label }) => label)).toEqual(["status", "delivery day"]);
  });

  it("is dropped by taking it back, by a person and by starting over", async () => {
    const { caller } = answering({ status: 200, body: { text: "on its way" } });
    const flows = [createFormFlow(formIn(SAMPLE), caller)];
    for (const words of ["never mind", "I want a human", "start over"]) {
      const dialogue = startDialogue({ settings: QUICK_SETTINGS, flows });
      await dialogue.say("Where is my order?");

      await dialogue.say(words);

      expect(dialogue.context(), words).toMatchObject({ flows: [] });
    }
  });
});
