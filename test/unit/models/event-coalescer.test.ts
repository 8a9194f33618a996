import { describe, expect, it } from "vitest";
import { createEventCoalescer } from "../../../models/engine/chat/event-coalescer.ts";
import type { EngineEvent } from "../../../models/engine/protocol.ts";
import { manualTimers } from "./manual-timers.ts";

function world(): {
  readonly coalescer: ReturnType<typeof createEventCoalescer>;
  readonly timers: ReturnType<typeof manualTimers>;
  readonly sent: (readonly EngineEvent[])[];
} {
  const timers = manualTimers();
  const sent: (readonly EngineEvent[])[] = [];
  const coalescer = createEventCoalescer({
    intervalMs: 25,
    timers,
    send: (events) => sent.push(events),
  });
  return { coalescer, timers, sent };
}

const text = (content: string): readonly EngineEvent[] => [{ type: "text", text: content }];

describe("coalescer of events", () => {
  it("sends the first piece at once", () => {
    const { coalescer, sent } = world();

    coalescer.push(text("He"));

    expect(sent).toEqual([text("He")]);
  });

  it("joins nothing across a retraction", () => {
    const { coalescer, timers, sent } = world();

    coalescer.push(text("h"));
    coalescer.push([...text("m"), { type: "retracted" }, ...text("Yes")]);
    timers.advance(25);

    expect(sent).toEqual([text("h"), [...text("m"), { type: "retracted" }, ...text("Yes")]]);
  });

  it("sends together what comes within the interval", () => {
    const { coalescer, timers, sent } = world();

    for (const piece of ["He", "l", "lo"]) coalescer.push(text(piece));
    timers.advance(25);

    expect(sent).toEqual([text("He"), text("llo")]);
  });

  it("keeps thought and text apart and in order", () => {
    const { coalescer, timers, sent } = world();
    coalescer.push([{ type: "thought", text: "a" }]);

    coalescer.push([{ type: "thought", text: "b" }]);
    coalescer.push(text("c"));
    timers.advance(25);

    expect(sent.at(-1)).toEqual([
      { type: "thought", text: "b" },
      { type: "text", text: "c" },
    ]);
  });

  it("rests when nothing comes, and is prompt again afterwards", () => {
    const { coalescer, timers, sent } = world();
    coalescer.push(text("a"));

    timers.advance(1_000);
    expect(timers.pending()).toBe(0);
    coalescer.push(text("b"));

    expect(sent).toEqual([text("a"), text("b")]);
  });

  it("sends the rest when flushed", () => {
    const { coalescer, timers, sent } = world();
    coalescer.push(text("a"));
    coalescer.push(text("b"));

    coalescer.flush();

    expect(sent).toEqual([text("a"), text("b")]);
    expect(timers.pending()).toBe(0);
  });
});
