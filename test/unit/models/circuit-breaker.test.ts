import { describe, expect, it } from "vitest";
import {
  type CircuitBreaker,
  createCircuitBreaker,
} from "../../../models/remote/circuit-breaker.ts";

function breakerAt(): { readonly breaker: CircuitBreaker; advance(ms: number): void } {
  let now = 0;
  return {
    breaker: createCircuitBreaker({ now: () => now }),
    advance: (ms) => {
      now += ms;
    },
  };
}

function results(breaker: CircuitBreaker, pattern: string): void {
  for (const result of pattern) {
    if (result === "x") breaker.failed();
    else breaker.succeeded();
  }
}

describe("circuit breaker", () => {
  it.each([
    ["xxxx", "closed"],
    ["xxxxx", "open"],
    ["ooooooox", "closed"],
    ["ooooooox xx".replaceAll(" ", ""), "open"],
    ["ooooooooxx", "closed"],
    ["oooooooxxx", "open"],
  ])("after %s is %s", (pattern, state) => {
    const { breaker } = breakerAt();

    results(breaker, pattern);

    expect(breaker.state()).toBe(state);
  });

  it("forgets what is a minute old", () => {
    const { breaker, advance } = breakerAt();
    results(breaker, "xxxx");
    advance(61_000);
    results(breaker, "oooox");

    expect(breaker.state()).toBe("closed");
  });

  it("lets one look after ten seconds, and closes when that goes well", () => {
    const { breaker, advance } = breakerAt();
    results(breaker, "xxxxx");
    advance(9_999);
    expect(breaker.state()).toBe("open");
    advance(1);
    expect(breaker.state()).toBe("trial");

    breaker.succeeded();

    expect(breaker.state()).toBe("closed");
  });

  it("rests twice as long each time that the look goes wrong, two minutes at most", () => {
    const { breaker, advance } = breakerAt();
    results(breaker, "xxxxx");
    const rests: number[] = [];
    for (let round = 0; round < 7; round += 1) {
      let rest = 0;
      while (breaker.state() === "open") {
        advance(1_000);
        rest += 1;
      }
      rests.push(rest);
      breaker.failed();
    }

    expect(rests).toEqual([10, 20, 40, 80, 120, 120, 120]);
  });

  it("is not opened again by late failures of requests from before", () => {
    const { breaker, advance } = breakerAt();
    results(breaker, "xxxxx");
    advance(5_000);
    breaker.failed();
    advance(5_000);

    expect(breaker.state()).toBe("trial");
  });
});
