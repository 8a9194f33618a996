import fc from "fast-check";
import { expect, test } from "vitest";
import { isFrontdeskError } from "../../../src/core/index.ts";
import { parseRedisUrl } from "../../../src/runtime/stores/redis-address.ts";

test("one server is read with its defaults", () => {
  expect(parseRedisUrl("redis://cache")).toEqual({
    kind: "single",
    login: {},
    at: { host: "cache", port: 6379 },
    db: 0,
  });
  expect(parseRedisUrl("redis://[::1]:7000/3")).toMatchObject({
    at: { host: "::1", port: 7000 },
    db: 3,
  });
});

test("user, password and TLS are read; escapes are undone", () => {
  expect(parseRedisUrl("rediss://bot:p%40ss%2Fword@cache:6380")).toEqual({
    kind: "single",
    login: { username: "bot", password: "p@ss/word", tls: {} },
    at: { host: "cache", port: 6380 },
    db: 0,
  });
  expect(parseRedisUrl("redis://:only-password@cache")).toMatchObject({
    login: { password: "only-password" },
  });
});

test.each([
  "redis-cluster://:pw@a:7000,b:7001",
  "redis://:pw@a:7000,b:7001",
  "redis://:pw@a:7000, redis://b:7001",
])("several hosts are a Cluster: %s", (url) => {
  expect(parseRedisUrl(url)).toEqual({
    kind: "cluster",
    login: { password: "pw" },
    nodes: [
      { host: "a", port: 7000 },
      { host: "b", port: 7001 },
    ],
  });
});

test("a Cluster may be named by one of its hosts", () => {
  expect(parseRedisUrl("rediss-cluster://a")).toEqual({
    kind: "cluster",
    login: { tls: {} },
    nodes: [{ host: "a", port: 6379 }],
  });
});

test("sentinels are read with the name of their master", () => {
  expect(parseRedisUrl("redis-sentinel://:pw@a,b:26380/main/2")).toEqual({
    kind: "sentinel",
    login: { password: "pw" },
    sentinels: [
      { host: "a", port: 26379 },
      { host: "b", port: 26380 },
    ],
    name: "main",
    db: 2,
  });
});

test.each([
  "",
  "cache:6379",
  "http://cache",
  "redis://cache/first",
  "redis-cluster://a,b/2",
  "redis-sentinel://a:26379",
  "redis://a,,b",
])("what makes no sense is refused with the ways to write it: %s", (url) => {
  expect(() => parseRedisUrl(url)).toThrow(/REDIS_URL .*redis:\/\/host:6379/u);
});

test("a percent sign in a password has to be written as in any URL", () => {
  expect(parseRedisUrl("redis://user:50%25off@cache:6379").login.password).toBe("50%off");
  expect(() => parseRedisUrl("redis://user:50%off@cache:6379")).toThrow(/written as %25/u);
});

test("whatever is given, it is read or refused, and no password is repeated", () => {
  fc.assert(
    fc.property(fc.string(), (noise) => {
      const url = `redis://user:s3cret@${noise}`;
      try {
        expect(["single", "cluster"]).toContain(parseRedisUrl(url).kind);
      } catch (error) {
        expect(isFrontdeskError(error, "config_invalid")).toBe(true);
        expect(String(error)).not.toContain("s3cret");
      }
    }),
  );
});
