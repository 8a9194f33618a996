import { readFlowFiles } from "../compose-flow-files.ts";
import type { Config } from "../config.ts";
import type { Finding } from "./finding.ts";

/** Flows of the team that can be used, and each thing that is wrong with the others. */
export async function checkFlows({ flows }: Config): Promise<readonly Finding[]> {
  const { forms, machines, faults } = await readFlowFiles(flows.folder, flows.secrets);
  const names = [...forms.map(({ name }) => name), ...machines.map(({ flow }) => flow.name)];
  const check = "Flows of your own";
  return [
    ...(names.length === 0
      ? []
      : [{ check, status: "ok", detail: names.join(", "), advice: "" } as const]),
    ...faults.map(
      ({ file, line, message }): Finding => ({
        check,
        status: "problem",
        detail: `${file}:${line}: ${message}`,
        advice: "This flow is left out until it is mended; see docs/flows.md.",
      }),
    ),
  ];
}
