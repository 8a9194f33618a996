import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { drawn, graphOf } from "../../../src/cli/flows-command.ts";

function committed(file: string): string {
  return readFileSync(new URL(`../../../docs/charts/${file}`, import.meta.url), "utf8");
}

const samples = fileURLToPath(new URL("../../../samples/flows", import.meta.url));

describe("flows graph", () => {
  it.each(["dialogue", "case"] as const)(
    "draws the %s as it stands in docs/charts",
    async (machine) => {
      const chart = await graphOf(machine, () => samples);

      expect(committed(`${machine}.md`), "write it anew: npm run docs:charts").toContain(
        `\`\`\`mermaid\n${chart}\n\`\`\``,
      );
      expect(committed(`${machine}.svg`), "write it anew: npm run docs:charts").toBe(
        `${await drawn(chart, machine)}\n`,
      );
    },
  );

  it("names events and guards, states inside states, and closes every brace", async () => {
    const chart = await graphOf("dialogue", () => samples);

    expect(chart).toContain("  [*] --> idle");
    expect(chart).toContain("  clarifying --> followUp : after clarifyTimeout");
    expect(chart).toContain("  assessing --> clarifying : [decides clarify]");
    expect(chart.match(/\{$/gmu)).toHaveLength(chart.match(/^ {2}\}$/gmu)?.length ?? -1);
    expect(chart).not.toContain("xstate.");
  });

  it("draws a flow of the team, and names those there are when it knows none of that name", async () => {
    const chart = await graphOf("order-status", () => samples);

    expect(chart).toContain("  [*] --> ask_order");
    expect(chart).toContain("  call --> handover : failed");
    await expect(graphOf("orders", () => samples)).rejects.toThrow(
      "dialogue, case, order-status, return-order",
    );
  });

  it("draws a machine of the team, also as a picture that loads nothing", async () => {
    const chart = await graphOf("return-order", () => samples);
    const svg = await drawn(chart, "return-order");

    expect(chart).toContain("  askingOrder --> lookingUp : message.received [hasOrder]");
    expect(svg).toContain(">lookingUp</text>");
    expect(svg).not.toMatch(/https?:\/\/(?!www\.w3\.org)|<script|@import/u);
  });
});
