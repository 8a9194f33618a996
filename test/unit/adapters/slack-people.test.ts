import { describe, expect, it } from "vitest";
import type { SlackApi } from "../../../adapters/slack/client.ts";
import { createSlackPeople } from "../../../adapters/slack/people.ts";
import { SLACK_DEFAULTS, type SlackSettings } from "../../../adapters/slack/settings.ts";
import { silentLogger } from "../../../src/ports/logger.ts";

const call = { signal: new AbortController().signal };
const GROUPS = [
  { id: "S1", handle: "docs-team" },
  { id: "S2", handle: "contractors" },
  { id: "S3", handle: "unknown-to-us" },
];
const MEMBERS: Readonly<Record<string, readonly string[]>> = {
  S1: ["UANA", "UGUEST"],
  S2: ["UBO", "UANA"],
  S3: ["UCY"],
};

/** Answers for a workspace of four people. */
function anApi(hasGroups: boolean): SlackApi {
  const answerTo = (method: string, args: Readonly<Record<string, unknown>>): object => {
    if (method === "users.info") {
      return { user: { id: args["user"], is_restricted: args["user"] === "UGUEST" } };
    }
    if (method === "users.list") {
      return { members: ["UANA", "UBO", "UCY"].map((id) => ({ id })) };
    }
    if (!hasGroups) throw new Error("missing_scope");
    if (method === "usergroups.list") return { usergroups: GROUPS };
    return { users: MEMBERS[String(args["usergroup"])] ?? [] };
  };
  return {
    post: () => Promise.reject(new Error("nothing is posted")),
    call: async (method, args, answer) => answer.parse(answerTo(method, args)),
  };
}

function people(settings: Partial<SlackSettings>, { hasGroups = true } = {}) {
  return createSlackPeople({
    api: anApi(hasGroups),
    identity: async () => ({ userId: "UBOT", team: "T1", botId: "B1", enterprise: null }),
    settings: { ...SLACK_DEFAULTS, botToken: "xoxb", ...settings },
    logger: silentLogger,
  });
}

const roles = { "docs-team": "editor", S2: "restricted-viewer" } as const;

describe("roles by Slack user groups", () => {
  it("are the highest of all groups, by id or handle, and the usual one without", async () => {
    const { principal } = people({ roles });

    expect((await principal("UANA", call)).role).toBe("editor");
    expect((await principal("UBO", call)).role).toBe("restricted-viewer");
    expect((await principal("UCY", call)).role).toBe("viewer");
  });

  it("do not raise a guest of the workspace, and give way to what is said of a person", async () => {
    const { principal } = people({
      roles,
      people: { "slack:UBO": { role: "admin", groups: [], name: undefined } },
    });

    expect((await principal("UGUEST", call)).role).toBe("guest");
    expect((await principal("UBO", call)).role).toBe("admin");
  });

  it("decide who of a channel's readers may read what is internal", async () => {
    const all = people({ roles });
    await all.preload(call);

    expect(await all.knownToReadInternal("UANA")).toBe(true);
    expect(await all.knownToReadInternal("UBO")).toBe(false);
    expect(await all.readsInternal("UBO", call)).toBe(false);
    expect(await all.readsInternal("UCY", call)).toBe(true);
  });

  it("are the ones that let read least when Slack does not say who is in a group", async () => {
    const all = people({ roles }, { hasGroups: false });

    expect((await all.principal("UANA", call)).role).toBe("restricted-viewer");
    expect(await all.readsInternal("UCY", call)).toBe(false);
  });

  it("cost no look-up where none is configured", async () => {
    const all = people({}, { hasGroups: false });

    expect(await all.principal("UANA", call)).toMatchObject({ role: "viewer", groups: [] });
  });
});
