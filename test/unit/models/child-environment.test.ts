import { describe, expect, it } from "vitest";
import { childEnvironment } from "../../../models/engine/child-environment.ts";

describe("environment of a model's process", () => {
  it("holds no token and no key", () => {
    const child = childEnvironment({
      PATH: "/bin",
      SLACK_BOT_TOKEN: "xoxb-secret",
      DISCORD_TOKEN: "secret",
      FRONTDESK_MODEL_API_KEY: "secret",
      REDIS_URL: "redis://:secret@host",
      AWS_SECRET_ACCESS_KEY: "secret",
      NODE_OPTIONS: "--inspect",
    });

    expect(Object.values(child).join()).not.toContain("secret");
    expect(child).toEqual({
      PATH: "/bin",
      NODE_LLAMA_CPP_SKIP_DOWNLOAD: "true",
      GGML_NO_BACKTRACE: "1",
    });
  });

  it("holds what finds libraries and devices", () => {
    const parent = {
      HOME: "/h",
      LD_LIBRARY_PATH: "/l",
      CUDA_VISIBLE_DEVICES: "1",
      LANG: "C.UTF-8",
    };

    expect(childEnvironment(parent)).toMatchObject(parent);
  });
});
