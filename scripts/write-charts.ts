// Writes the charts of the machines, as Mermaid and as pictures, into docs/charts.
// Usage: npm run docs:charts
import { writeFileSync } from "node:fs";
import { drawn, graphOf } from "../src/cli/flows-command.ts";

const folder = new URL("../docs/charts/", import.meta.url);

for (const machine of ["dialogue", "case"] as const) {
  const chart = await graphOf(machine, () => "");
  const text = `# The ${machine} as a state machine

Written by \`npm run docs:charts\`, from what \`npx frontdesk flows graph --machine ${machine}\` prints.

![The chart as a picture](${machine}.svg)

\`\`\`mermaid
${chart}
\`\`\`
`;
  writeFileSync(new URL(`${machine}.md`, folder), text);
  writeFileSync(new URL(`${machine}.svg`, folder), `${await drawn(chart, machine)}\n`);
}
