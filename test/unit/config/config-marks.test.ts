import { expect, it } from "vitest";
import { settingMarks, unheededSettings } from "../../../src/config-marks.ts";
import { configSchema } from "../../../src/config-schema.ts";

const withModel = (chat: string) => configSchema.parse({ models: { chat } });

it("names what is set here and set otherwise in the running process", () => {
  const running = settingMarks(withModel("a.gguf"));

  expect(unheededSettings(withModel("b.gguf"), running)).toEqual(["FRONTDESK_MODEL"]);
  expect(unheededSettings(withModel("a.gguf"), running)).toEqual([]);
});

it("does not take what is not set here for a wish", () => {
  expect(unheededSettings(configSchema.parse({}), settingMarks(withModel("a.gguf")))).toEqual([]);
});

it("says nothing of a process that left no marks", () => {
  expect(unheededSettings(withModel("b.gguf"), {})).toEqual([]);
});

it("keeps no secret and no value", () => {
  const marks = settingMarks(configSchema.parse({ slack: { botToken: "xoxb-1-secret" } }));

  expect(Object.keys(marks)).not.toContain("SLACK_BOT_TOKEN");
  expect(Object.values(marks).every((mark) => /^[0-9a-f]{12}$/u.test(mark))).toBe(true);
});
