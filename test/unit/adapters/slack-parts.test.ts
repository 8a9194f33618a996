import { webApi } from "@slack/bolt";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { createRemembered } from "../../../adapters/shared/remembered.ts";
import { createTtlCache } from "../../../adapters/shared/ttl-cache.ts";
import { slackErrorName, translateSlackError } from "../../../adapters/slack/errors.ts";
import { slackManifest } from "../../../adapters/slack/manifest.ts";
import { isAllowed, SLACK_DEFAULTS } from "../../../adapters/slack/settings.ts";
import { createSqliteKeyedMemory } from "../../../src/runtime/index.ts";
import { createFakeClock } from "../../support/fake-clock.ts";

describe("what a failed call means", () => {
  const platform = (error: string, more: object = {}) =>
    new webApi.WebAPIPlatformError({ ok: false, error, ...more });

  it.each([
    ["a limit", new webApi.WebAPIRateLimitedError(7), "rate_limited", true, 7_000],
    [
      "a lost connection",
      new webApi.WebAPIRequestError(new Error("reset")),
      "delivery_uncertain",
      true,
      null,
    ],
    [
      "a server's fault",
      new webApi.WebAPIHTTPError(502, "Bad Gateway", {}),
      "delivery_uncertain",
      true,
      null,
    ],
    [
      "a proxy's refusal",
      new webApi.WebAPIHTTPError(403, "Forbidden", {}),
      "delivery_rejected",
      false,
      null,
    ],
    ["a passing refusal", platform("internal_error"), "delivery_uncertain", true, null],
    ["a final refusal", platform("is_archived"), "delivery_rejected", false, null],
    ["anything else", new Error("odd"), "delivery_uncertain", true, null],
  ] as const)("%s", (_name, error, code, retryable, retryAfterMs) => {
    expect(translateSlackError(error, "chat.postMessage for C1")).toMatchObject({
      code,
      retryable,
      retryAfterMs,
    });
  });

  it("says what to do about it, and which scope is missing", () => {
    const error = translateSlackError(
      platform("missing_scope", { needed: "users:read" }),
      "users.info for U1",
    );

    expect(error.message).toBe(
      "Slack refused users.info for U1: missing_scope (needs users:read). Update the app with `frontdesk slack manifest` and install it again.",
    );
    expect(slackErrorName(error)).toBe("missing_scope");
  });
});

describe("what is remembered", () => {
  it("stands under Slack's own names, and is left out when it has another shape", async () => {
    const clock = createFakeClock();
    const keyed = createSqliteKeyedMemory({ file: ":memory:", clock });
    const memory = createRemembered(keyed, "slack:");

    await memory.set("asked:U1:a", "first", 1_000);
    clock.advance(1);
    await memory.set("asked:U1:b", 2, 1_000);

    expect(await keyed.get("slack:asked:U1:a")).toBe("first");
    expect(await memory.get("asked:U1:b", z.string())).toBeNull();
    expect(await memory.get("asked:U1:b", z.number())).toBe(2);
    expect(await memory.list("asked:U1:", z.string(), 10)).toEqual([
      { name: "asked:U1:a", value: "first" },
    ]);
  });

  it("tells one asker only that he is the first", async () => {
    const memory = createRemembered(
      createSqliteKeyedMemory({ file: ":memory:", clock: createFakeClock() }),
      "slack:",
    );

    expect(await memory.claim("offered:C1/1.2", 1_000)).toBe(true);
    expect(await memory.claim("offered:C1/1.2", 1_000)).toBe(false);
  });
});

describe("who is answered", () => {
  const at = (user: string, channel: string, isDirect = false) => ({ user, channel, isDirect });

  it("are all, unless lists say otherwise", () => {
    const settings = { ...SLACK_DEFAULTS, botToken: "x" };
    const strict = { ...settings, allowChannels: ["C1"], allowUsers: ["U1"] };
    const open = { ...settings, denyChannels: ["C1"], denyUsers: ["U1"] };

    expect(isAllowed(settings, at("U9", "C9"))).toBe(true);
    expect(isAllowed(strict, at("U1", "C1"))).toBe(true);
    expect(isAllowed(strict, at("U2", "C1"))).toBe(false);
    expect(isAllowed(strict, at("U1", "C2"))).toBe(false);
    expect(isAllowed(strict, at("U1", "D1", true))).toBe(true);
    expect(isAllowed(open, at("U2", "C2"))).toBe(true);
    expect(isAllowed(open, at("U2", "C1"))).toBe(false);
    expect(isAllowed(open, at("U1", "D1", true))).toBe(false);
  });
});

describe("the cache of look-ups", () => {
  it("asks once for what is asked for at once, and again when it is old or failed", async () => {
    let at = 0;
    let calls = 0;
    const cache = createTtlCache<number>(100, () => at);
    const load = () => {
      calls += 1;
      return Promise.resolve(calls);
    };

    const both = await Promise.all([cache.get("a", load), cache.get("a", load)]);
    const again = await cache.get("a", load);
    at = 101;
    const later = await cache.get("a", load);
    const failing = cache.get("b", () => Promise.reject(new Error("away")));

    expect([...both, again, later]).toEqual([1, 1, 1, 2]);
    await expect(failing).rejects.toThrow("away");
    expect(await cache.get("b", load)).toBe(3);
    expect(cache.peek("a")).toBe(2);
    at = 201;
    expect(cache.peek("a", 100)).toBeNull();
  });

  it("remembers nothing of a look-up that ran when its subject was forgotten", async () => {
    const cache = createTtlCache<string>(100, () => 0);
    let finish = (_members: string): void => {};
    const early = cache.get("a", () => new Promise((resolve) => (finish = resolve)));

    cache.forget("a");
    finish("before");

    expect(await early).toBe("before");
    expect(await cache.get("a", () => Promise.resolve("after"))).toBe("after");
  });
});

describe("the manifest", () => {
  const { commands } = SLACK_DEFAULTS;

  it("opens the agent view, the home tab, the commands and the shortcuts", () => {
    const manifest = slackManifest({ mode: "socket", commands, prompts: [], publicUrl: null });

    expect(manifest).toMatchObject({
      features: {
        app_home: { home_tab_enabled: true, messages_tab_read_only_enabled: false },
        agent_view: { suggested_prompts: [{ title: "What can you help me with?" }] },
        slash_commands: [{ command: "/ask" }, { command: "/kb" }],
        shortcuts: [
          { type: "message", callback_id: "fd.ask" },
          { type: "message", callback_id: "fd.keep" },
        ],
      },
      settings: { socket_mode_enabled: true, interactivity: { is_enabled: true } },
    });
    expect(JSON.stringify(manifest)).not.toContain("request_url");
  });

  it("names the address of HTTP mode, and the commands as they are set", () => {
    const manifest = slackManifest({
      mode: "http",
      commands: { ask: "/frage", kb: "/wissen" },
      prompts: ["Wie viele Tage?"],
      publicUrl: "https://bot.example/",
    });

    expect(manifest).toMatchObject({
      features: {
        agent_view: { suggested_prompts: [{ message: "Wie viele Tage?" }] },
        slash_commands: [
          { command: "/frage", url: "https://bot.example/slack/events" },
          { command: "/wissen", url: "https://bot.example/slack/events" },
        ],
      },
      settings: {
        socket_mode_enabled: false,
        event_subscriptions: { request_url: "https://bot.example/slack/events" },
        interactivity: { request_url: "https://bot.example/slack/events" },
      },
    });
  });
});
