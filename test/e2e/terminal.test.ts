import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { freshFolder, runCommand } from "../support/cli.ts";

function documents(text: string): string {
  const folder = freshFolder();
  writeFileSync(join(folder, "a.md"), text);
  return folder;
}

const MILL = "# Mill\n\n## Miller\n\nThe miller of the old mill is called Odalys.\n";
const PAY = "# Pay\n\n## Bonus pool\n\nThe bonus pool of the mill holds 4711 thaler.\n";

describe("the chat from line to line", () => {
  it("lists no sources that the speaker may not read", async () => {
    const call = { dataDir: freshFolder(), env: { FRONTDESK_EMBED_MODEL: "off" } };
    const [open, closed] = [documents(MILL), documents(PAY)];
    await runCommand(["ingest", open], call);
    await runCommand(["ingest", closed, "--collection", "pay", "--visibility", "group:hr"], call);

    const stranger = await runCommand(["chat"], { ...call, input: "/sources\n" });
    const member = await runCommand(["chat", "--group", "hr"], { ...call, input: "/sources\n" });
    const operator = await runCommand(["sources"], call);

    expect(stranger.stdout).toContain(open);
    expect(stranger.stdout).not.toMatch(new RegExp(`${closed}|pay|hr`, "u"));
    expect(member.stdout).toContain(closed);
    expect(operator.stdout).toContain(closed);
  });

  it("has nothing in its history after a reset, and conversations show still has it", async () => {
    const call = { dataDir: freshFolder(), env: { FRONTDESK_EMBED_MODEL: "off" } };
    await runCommand(["ingest", documents(MILL)], call);

    await runCommand(["chat"], { ...call, input: "Who is the miller?\n/reset\n" });
    const later = await runCommand(["chat"], { ...call, input: "/history\n" });
    const kept = await runCommand(["conversations", "show", "console:local"], call);

    expect(later.stdout.trim()).toBe("Nothing was said yet.");
    expect(kept.stdout).toContain("Who is the miller?");
  });
});
