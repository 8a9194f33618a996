import { describe, expect, it } from "vitest";
import { createDiscordFiles } from "../../../adapters/discord/files.ts";

const call = { signal: new AbortController().signal, maxBytes: 100 };
const file = { name: "a.md", mediaType: "text/markdown", sizeBytes: 5 };

describe("files in Discord messages", () => {
  it.each([
    "http://169.254.169.254/latest/meta-data",
    "http://localhost:6379/",
    "http://cdn.discordapp.com/attachments/1/2/a.md",
    "https://cdn.discordapp.com.evil.test/a.md",
    "file:///etc/passwd",
    "not an address",
  ])("are read from Discord's own servers only, not from %s", async (url) => {
    const files = createDiscordFiles({ apiUrl: null });

    await expect(files.read({ ...file, url }, call)).rejects.toThrow(/does not lie at Discord/u);
  });

  it("that are too large are not fetched", async () => {
    const files = createDiscordFiles({ apiUrl: null });
    const url = "https://cdn.discordapp.com/attachments/1/2/a.md";

    await expect(files.read({ ...file, sizeBytes: 101, url }, call)).rejects.toMatchObject({
      code: "source_too_large",
    });
  });
});
