import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createStopDetector } from "../../../models/engine/chat/stop-detector.ts";

function read(chunks: readonly string[], stops: readonly string[]): string {
  const detector = createStopDetector(stops);
  let text = "";
  for (const chunk of chunks) {
    const read = detector.push(chunk);
    text += read.text;
    if (read.isStopped) return text;
  }
  return text + detector.end();
}

describe("detector of stop texts", () => {
  it("ends the text before the stop", () => {
    expect(read(["Hello<|im_", "end|>more"], ["<|im_end|>"])).toBe("Hello");
  });

  it("gives back what only looked like a stop", () => {
    expect(read(["a <|im_", "start"], ["<|im_end|>"])).toBe("a <|im_start");
  });

  it("reads the same however the text is cut", () => {
    const text = fc.array(fc.constantFrom("a", "b", "ab", "\n", "\n\n", "<|", "|>"), {
      maxLength: 20,
    });
    fc.assert(
      fc.property(text, (parts) => {
        const stops = ["\n\n\n\n", "aab", "<|b|>"];
        const whole = parts.join("");
        const first = Math.min(...stops.map((stop) => whole.indexOf(stop)).filter((at) => at >= 0));

        expect(read(parts, stops)).toBe(first === Infinity ? whole : whole.slice(0, first));
      }),
    );
  });
});
