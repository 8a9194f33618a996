import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createSseParser } from "../../../models/remote/sse-parser.ts";

function read(chunks: readonly string[]): readonly string[] {
  const parser = createSseParser();
  return [...chunks.flatMap((chunk) => parser.push(chunk)), ...parser.end()];
}

describe("parser of server-sent events", () => {
  it("gives the data of each event", () => {
    expect(read(['data: {"a":1}\n\ndata:{"b":2}\n\n'])).toEqual(['{"a":1}', '{"b":2}']);
  });

  it("joins the lines of one event", () => {
    expect(read(["data: one\ndata: two\n\n"])).toEqual(["one\ntwo"]);
  });

  it("skips comments, names and ids", () => {
    expect(read([": ping\n\nevent: x\nid: 7\ndata: kept\n\n"])).toEqual(["kept"]);
  });

  it("takes any line break, also one that comes in halves", () => {
    expect(read(["data: a\r", "\n\r\ndata: b\r\rdata: c\n\n"])).toEqual(["a", "b", "c"]);
  });

  it("takes a last event that was not closed", () => {
    expect(read(["data: [DONE]"])).toEqual(["[DONE]"]);
  });

  it("refuses a line without end", () => {
    const parser = createSseParser();

    expect(() => parser.push("x".repeat(5_000_000))).toThrow(RangeError);
  });

  it("reads the same however the bytes are cut", () => {
    const event = fc.constantFrom("data: a", "data: {}", ":c", "", "event: e", "data:", "id: 3");
    const end = fc.constantFrom("\n", "\r\n", "\n\n", "\r");
    fc.assert(
      fc.property(fc.array(fc.tuple(event, end), { maxLength: 12 }), (lines) => {
        const whole = lines.map(([line, lineEnd]) => line + lineEnd).join("");

        expect(read([...whole])).toEqual(read([whole]));
      }),
    );
  });
});
