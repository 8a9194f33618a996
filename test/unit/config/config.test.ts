import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { loadConfig } from "../../../src/config.ts";
import {
  configurationReference,
  environmentExample,
  yamlExample,
} from "../../../src/config-docs.ts";
import { configKeys } from "../../../src/config-keys.ts";
import { isFrontdeskError } from "../../../src/core/index.ts";

const root = new URL("../../../", import.meta.url);

function folder(): string {
  return mkdtempSync(join(tmpdir(), "frontdesk-config-"));
}

function problemOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (isFrontdeskError(error, "config_invalid")) return error.message;
    throw error;
  }
  throw new Error("it was accepted");
}

describe("loading the configuration", () => {
  it("needs nothing: every key has a default", () => {
    const config = loadConfig({ file: null, env: {}, workingDirectory: folder() });

    expect(config.dialogue.answerAt).toBe(0.7);
    expect(config.redisUrl).toBeNull();
  });

  it("takes the password of a mailbox from a variable of its own, whatever the file says", () => {
    const dir = folder();
    writeFileSync(
      join(dir, "frontdesk.yaml"),
      "knowledge:\n  mailboxes:\n    my-box: { host: imap.example.com, user: a, password: old }\n",
    );
    const env = { FRONTDESK_IMAP_MY_BOX_PASSWORD: "0123" };

    const { mailboxes } = loadConfig({ file: null, env, workingDirectory: dir }).knowledge;

    expect(mailboxes["my-box"]).toMatchObject({ password: "0123", tls: "on" });
  });

  it("refuses two mailboxes whose password would be one variable", () => {
    const dir = folder();
    writeFileSync(
      join(dir, "frontdesk.yaml"),
      "knowledge:\n  mailboxes:\n    my-box: { host: a.example, user: a }\n    My_box: { host: b.example, user: b }\n",
    );

    expect(() => loadConfig({ file: null, env: {}, workingDirectory: dir })).toThrow(
      /knowledge\.mailboxes: two names differ only by case/u,
    );
  });

  it("sends no password of a mailbox in the open, unless the server is on this machine", () => {
    const dir = folder();
    const write = (host: string): void =>
      writeFileSync(
        join(dir, "frontdesk.yaml"),
        `knowledge:\n  mailboxes:\n    box: { host: ${host}, user: a, tls: off }\n`,
      );
    const load = () => loadConfig({ file: null, env: {}, workingDirectory: dir });

    write("imap.example.com");
    const problem = problemOf(load);
    write("127.0.0.1");

    expect(problem).toContain("knowledge.mailboxes.box");
    expect(load().knowledge.mailboxes["box"]?.tls).toBe("off");
  });

  it("lets the environment win over the file", () => {
    const dir = folder();
    writeFileSync(join(dir, "frontdesk.yaml"), "http:\n  port: 1000\n  host: 0.0.0.0\n");

    const config = loadConfig({
      file: null,
      env: { FRONTDESK_HTTP_PORT: "2000" },
      workingDirectory: dir,
    });

    expect(config.http).toMatchObject({ port: 2000, host: "0.0.0.0" });
  });

  it("takes every key from an environment variable of its own", () => {
    const names = configKeys().map(({ env }) => env);

    expect(new Set(names).size).toBe(names.length);
    expect(names).toContain("FRONTDESK_DIALOGUE_ANSWER_AT");
    for (const fixed of ["SLACK_BOT_TOKEN", "DISCORD_TOKEN", "REDIS_URL", "FRONTDESK_MODEL"]) {
      expect(names).toContain(fixed);
    }
  });

  it("reads maps from the environment", () => {
    const config = loadConfig({
      file: null,
      env: { FRONTDESK_ACCESS_PEOPLE: '{"console:ana": {"groups": ["hr"]}}' },
      workingDirectory: folder(),
    });

    expect(config.access.people["console:ana"]?.groups).toEqual(["hr"]);
  });

  it("takes ids that are too long for a number as they are written, with quotes or without", () => {
    const dir = folder();
    writeFileSync(
      join(dir, "frontdesk.yaml"),
      "http:\n  port: 1000\ndiscord:\n  denyUsers: [1234567890123456789]\n  channels:\n    1234567890123456787: { mode: ask }\n",
    );

    const { discord, http } = loadConfig({
      file: null,
      env: { FRONTDESK_DISCORD_ALLOW_GUILDS: "[1234567890123456785, '1234567890123456783']" },
      workingDirectory: dir,
    });

    expect(http.port).toBe(1000);
    expect(discord.denyUsers).toEqual(["1234567890123456789"]);
    expect(Object.keys(discord.channels)).toEqual(["1234567890123456787"]);
    expect(discord.allowGuilds).toEqual(["1234567890123456785", "1234567890123456783"]);
  });

  it("counts an empty variable as unset", () => {
    const config = loadConfig({ file: null, env: { REDIS_URL: "" }, workingDirectory: folder() });

    expect(config.redisUrl).toBeNull();
  });

  it("names every problem at once, by the name the person used", () => {
    const dir = folder();
    writeFileSync(join(dir, "frontdesk.yaml"), "dialogue:\n  answerAt: 7\nwrong: 1\n");

    const problem = problemOf(() =>
      loadConfig({ file: null, env: { SLACK_MODE: "pigeon" }, workingDirectory: dir }),
    );

    expect(problem).toContain("3 problems");
    expect(problem).toContain("SLACK_MODE");
    expect(problem).toContain("dialogue.answerAt");
    expect(problem).toContain("wrong");
  });

  it("says which file is missing or is not YAML", () => {
    const dir = folder();
    writeFileSync(join(dir, "bad.yaml"), "a: [1");

    const missing = () => loadConfig({ file: "no.yaml", env: {}, workingDirectory: dir });
    const broken = () => loadConfig({ file: "bad.yaml", env: {}, workingDirectory: dir });

    expect(problemOf(missing)).toContain("no.yaml does not exist");
    expect(problemOf(broken)).toContain("is not valid YAML");
  });

  it("never repeats a secret in a problem", () => {
    const problem = problemOf(() =>
      loadConfig({
        file: null,
        env: { SLACK_BOT_TOKEN: "xoxb-secret", SLACK_MODE: "x" },
        workingDirectory: folder(),
      }),
    );

    expect(problem).not.toContain("xoxb-secret");
  });

  it("cannot be changed afterwards", () => {
    const config = loadConfig({ file: null, env: {}, workingDirectory: folder() });

    expect(Object.isFrozen(config)).toBe(true);
    expect(Object.isFrozen(config.dialogue)).toBe(true);
  });
});

describe("files generated from the schema", () => {
  const read = (name: string): string => readFileSync(new URL(name, root), "utf8");
  const keys = configKeys();

  it("are up to date (npm run docs:config)", () => {
    expect(read("docs/configuration.md")).toBe(configurationReference(keys));
    expect(read(".env.example")).toBe(environmentExample(keys));
    expect(read("frontdesk.example.yaml")).toBe(yamlExample(keys));
  });

  it("hold a YAML example that is a valid configuration equal to the defaults", () => {
    const dir = folder();
    writeFileSync(join(dir, "frontdesk.yaml"), read("frontdesk.example.yaml"));

    const fromExample = loadConfig({ file: null, env: {}, workingDirectory: dir });

    expect(parse(read("frontdesk.example.yaml"))).not.toHaveProperty("slack.botToken");
    const defaults = loadConfig({ file: null, env: {}, workingDirectory: folder() });
    expect({ ...fromExample, dataDir: "" }).toEqual({ ...defaults, dataDir: "" });
  });
});

describe("office hours in the configuration", () => {
  const problemIn = (yaml: string): string => {
    const dir = folder();
    writeFileSync(join(dir, "frontdesk.yaml"), yaml);
    return problemOf(() => loadConfig({ file: null, env: {}, workingDirectory: dir }));
  };

  it("are shifts by weekday in a time zone", () => {
    const dir = folder();
    const yaml = [
      "handover:",
      "  hours:",
      "    timeZone: Europe/Berlin",
      "    monday: [09:00-12:30, 13:30-17:00]",
      "    holidays: [2026-12-24, 12-25]",
    ].join("\n");
    writeFileSync(join(dir, "frontdesk.yaml"), yaml);

    const { hours } = loadConfig({ file: null, env: {}, workingDirectory: dir }).handover;

    expect(hours).toMatchObject({
      timeZone: "Europe/Berlin",
      monday: ["09:00-12:30", "13:30-17:00"],
      sunday: [],
      holidays: ["2026-12-24", "12-25"],
    });
  });

  it.each([
    ["a time zone that does not exist", "{timeZone: Mars/Base, monday: [09:00-12:00]}", "Berlin"],
    ["a shift that is none", "{timeZone: UTC, monday: [9-5]}", "09:00-12:30"],
    ["a week without a shift", "{timeZone: UTC}", "always open"],
    ["a holiday that is none", "{timeZone: UTC, monday: [09:00-12:00], holidays: [xmas]}", "12-25"],
  ])("are refused with %s", (_, hours, words) => {
    expect(problemIn(`handover:\n  hours: ${hours}\n`)).toContain(words);
  });

  it("call people, groups and roles by ids alone", () => {
    const ids = ["slack:U0123456", "slack:S0123456", "discord:12345678", "discord:&12345678"];
    const dir = folder();
    const yaml = `handover:\n  notify: ${JSON.stringify(ids)}\n`;
    writeFileSync(join(dir, "frontdesk.yaml"), yaml);

    const { notify } = loadConfig({ file: null, env: {}, workingDirectory: dir }).handover;

    expect(notify).toEqual(ids);
    expect(problemIn("handover:\n  notify: [slack:mia]\n")).toContain("slack:U0123456");
    expect(problemIn("handover:\n  teams: [{name: a, notify: [everyone]}]\n")).toContain("&");
  });

  it.each([
    ["no team", "escalateTo: nobody", "names no team: nobody"],
    [
      "a circle of teams",
      "teams: [{name: a, escalateTo: b}, {name: b, escalateTo: a}]",
      "goes in a circle",
    ],
  ])("let nothing be escalated to %s", (_, rules, words) => {
    expect(problemIn(`handover:\n  ${rules}\n`)).toContain(words);
  });
});
