import { expect, it } from "vitest";
import { createBreaker } from "../../../../knowledge/remote/breaker.ts";

it("spares a server after three failures in a row, then lets one try at a time", () => {
  let now = 0;
  const breaker = createBreaker(() => now);
  for (const reason of ["a", "b", "c"]) {
    expect(breaker.mayTry()).toBe(true);
    breaker.failed(reason);
  }

  expect(breaker.mayTry()).toBe(false);
  expect(breaker.trouble()).toBe("c");
  now = 1_000;
  expect(breaker.mayTry()).toBe(true);
  expect(breaker.mayTry()).toBe(false);
  breaker.failed("d");
  now = 2_000;
  expect(breaker.mayTry()).toBe(false);
  now = 3_000;
  expect(breaker.mayTry()).toBe(true);
  breaker.succeeded();

  expect([breaker.mayTry(), breaker.mayTry(), breaker.trouble()]).toEqual([true, true, null]);
});

it("lets the next one try when a try was given up by its caller", () => {
  let now = 0;
  const breaker = createBreaker(() => now);
  for (let n = 0; n < 3; n += 1) breaker.failed("away");
  now = 1_000;
  expect(breaker.mayTry()).toBe(true);

  breaker.abandoned();

  expect(breaker.mayTry()).toBe(true);
});
