import { describe, expect, it, onTestFinished } from "vitest";
import { z } from "zod";
import { BOT_EVENTS, BOT_SCOPES } from "../../adapters/slack/index.ts";
import { folderWithoutSamples, freshFolder, runCommand } from "../support/cli.ts";
import { startSlackFor } from "../support/slack/adapter.ts";

const findingsSchema = z.object({
  findings: z.array(z.object({ check: z.string(), status: z.string(), advice: z.string() })),
});

describe("setting Slack up", () => {
  it("prints a manifest with the scopes, events and commands that are used", async () => {
    const env = { FRONTDESK_SLACK_ASK_COMMAND: "/frage" };

    const { code, stdout } = await runCommand(["slack", "manifest"], {
      dataDir: freshFolder(),
      env,
    });

    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      features: { slash_commands: [{ command: "/frage" }, { command: "/kb" }] },
      oauth_config: { scopes: { bot: Object.keys(BOT_SCOPES) } },
      settings: { event_subscriptions: { bot_events: [...BOT_EVENTS] }, socket_mode_enabled: true },
    });
  });

  it("is checked by the doctor, who says what to mend", async () => {
    const slack = await startSlackFor();
    onTestFinished(() => slack.close());
    slack.scopes.granted.delete("users:read");
    const env = {
      FRONTDESK_EMBED_MODEL: "off",
      SLACK_BOT_TOKEN: slack.botToken,
      SLACK_APP_TOKEN: "xapp-wrong",
      SLACK_API_URL: slack.apiUrl,
    };

    const { code, stdout } = await runCommand(["doctor", "--json"], {
      dataDir: freshFolder(),
      env,
    });

    const { findings } = findingsSchema.parse(JSON.parse(stdout));
    const slacks = findings.filter(({ check }) => check.startsWith("Slack "));
    expect(code).toBe(1);
    expect(slacks.map(({ check, status }) => [check, status])).toEqual([
      ["Slack bot token", "ok"],
      ["Slack scopes", "problem"],
      ["Slack clock", "ok"],
      ["Slack channels", "warning"],
      ["Slack admins", "warning"],
      ["Slack Socket Mode", "problem"],
    ]);
    expect(stdout).not.toContain(slack.botToken);
  });

  it("does not start HTTP mode without a signing secret, and says where it is found", async () => {
    const slack = await startSlackFor();
    onTestFinished(() => slack.close());
    const env = {
      FRONTDESK_EMBED_MODEL: "off",
      SLACK_BOT_TOKEN: slack.botToken,
      SLACK_API_URL: slack.apiUrl,
      SLACK_MODE: "http",
    };

    const { code, stderr } = await runCommand(["start"], { dataDir: folderWithoutSamples(), env });

    expect(code).toBe(2);
    expect(stderr).toContain("SLACK_SIGNING_SECRET");
  });
});
