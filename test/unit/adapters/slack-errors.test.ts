import { webApi } from "@slack/bolt";
import { describe, expect, it } from "vitest";
import { certainlyNotSent, translateSlackError } from "../../../adapters/slack/errors.ts";
import { troubleLine } from "../../../adapters/slack/trouble.ts";
import { FrontdeskError } from "../../../src/core/index.ts";

function unreachable(code: string): Error {
  const cause = Object.assign(new Error("connect"), { code });
  return new webApi.WebAPIRequestError(new TypeError("fetch failed", { cause }));
}

const refusal = new webApi.WebAPIPlatformError({ ok: false, error: "not_in_channel" });

describe("what is known of a call that failed", () => {
  it.each([
    ["no connection was made", unreachable("ECONNREFUSED"), true],
    ["the name is not known", unreachable("ENOTFOUND"), true],
    ["the connection broke", unreachable("ECONNRESET"), false],
    ["Slack had an error of its own", new webApi.WebAPIHTTPError(502, "Bad Gateway", {}), false],
    ["Slack wants rest", new webApi.WebAPIRateLimitedError(3), true],
    ["Slack refused it", refusal, true],
  ])("when %s", (_name, error, isCertain) => {
    expect(certainlyNotSent(translateSlackError(error, "a call"))).toBe(isCertain);
  });

  it.each([
    ["its caller lost the lease", new FrontdeskError("lease_lost", "taken over")],
    [
      "the store failed, perhaps after it",
      new FrontdeskError("store_unavailable", "gone", { cause: unreachable("ECONNREFUSED") }),
    ],
    ["it was cut off otherwise", new DOMException("aborted", "AbortError")],
  ])("is nothing when %s", (_name, error) => {
    expect(certainlyNotSent(error)).toBe(false);
  });

  it("names the token that the call was made with", () => {
    const invalid = new webApi.WebAPIPlatformError({ ok: false, error: "invalid_auth" });

    expect(translateSlackError(invalid, "auth.test").message).toContain("SLACK_BOT_TOKEN");
    const ofApp = translateSlackError(invalid, "apps.connections.open", "SLACK_APP_TOKEN");
    expect(ofApp.message).toContain("Check SLACK_APP_TOKEN");
  });

  it("is told to an admin with what to do, in both languages", () => {
    const trouble = {
      kind: "refusal",
      method: "chat.postMessage",
      reason: "restricted_action",
      channel: "C1",
    } as const;

    expect(troubleLine(trouble, "en")).toContain("ask its owner");
    expect(troubleLine(trouble, "zh")).toContain("请联系工作区的所有者");
  });
});
