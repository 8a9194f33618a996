import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { createFlowCaller, refusePrivateFlow } from "../adapters/webhook/index.ts";
import { type CustomFlow, createFormFlow, type Form, readForm } from "../flows/index.ts";
import { createGuardedDispatcher } from "../knowledge/ingest/index.ts";
import { createEgressLog } from "./compose-egress.ts";
import type { Config } from "./config.ts";
import { FrontdeskError } from "./core/index.ts";
import type { OpenedParts } from "./opened-parts.ts";
import type { FlowCaller } from "./ports/flow-caller.ts";
import type { Logger } from "./ports/logger.ts";

const IS_FLOW = /\.ya?ml$/u;
const SECRET = /\$\{(\w+)\}/gu;
const CONNECT_MS = 5_000;

type Call = NonNullable<Form["call"]>;

function namesIn(text: string): readonly string[] {
  return [...text.matchAll(SECRET)].map(([, name = ""]) => name);
}

/** Puts secrets in their places: in the header of a call and its address, never in what is said. */
function withSecrets(form: Form, secrets: Readonly<Record<string, string>>): Form {
  if (form.call === undefined) return form;
  const fill = (text: string): string =>
    text.replace(SECRET, (_, name: string) => new Map(Object.entries(secrets)).get(name) ?? "");
  const headers = Object.fromEntries(
    Object.entries(form.call.headers).map(([name, value]) => [name, fill(value)]),
  );
  const call: Call = { ...form.call, url: fill(form.call.url), headers };
  return { ...form, call };
}

function missingSecrets(form: Form, secrets: Readonly<Record<string, string>>): readonly string[] {
  const texts = [form.call?.url ?? "", ...Object.values(form.call?.headers ?? {})];
  return [...new Set(texts.flatMap(namesIn))].filter((name) => secrets[name] === undefined);
}

/** Files of flows in a folder, in order; none where there is no such folder. */
function filesIn(folder: string): readonly string[] {
  if (!existsSync(folder) || !statSync(folder).isDirectory()) return [];
  return readdirSync(folder)
    .filter((name) => IS_FLOW.test(name))
    .toSorted()
    .map((name) => join(folder, name));
}

/**
 * Reads the flows of the team.
 *
 * @throws FrontdeskError `config_invalid` naming everything that is wrong, by file and line
 */
export function readFlowForms(
  folder: string,
  secrets: Readonly<Record<string, string>> | null,
): readonly Form[] {
  const faults: string[] = [];
  const fileOf = new Map<string, string>();
  const forms = filesIn(folder).flatMap((file): readonly Form[] => {
    const read = readForm(readFileSync(file, "utf8"));
    if (read.type === "faults") {
      faults.push(...read.faults.map(({ line, message }) => `${file}:${line}: ${message}`));
      return [];
    }
    const { form } = read;
    const earlier = fileOf.get(form.name);
    if (earlier !== undefined) faults.push(`${file}:1: ${earlier} has the name ${form.name}, too`);
    fileOf.set(form.name, file);
    if (secrets === null) return [form];
    const unset = missingSecrets(form, secrets);
    faults.push(...unset.map((name) => `${file}:1: set FRONTDESK_FLOW_${name} for \${${name}}`));
    return [withSecrets(form, secrets)];
  });
  if (faults.length === 0) return forms;
  throw new FrontdeskError(
    "config_invalid",
    `The flows have ${faults.length === 1 ? "a problem" : `${faults.length} problems`}:\n${faults.map((fault) => `  ${fault}`).join("\n")}\nSee docs/flows.md.`,
  );
}

/** A caller that keeps to the rules for what goes out: private addresses only where they are named, and all of it logged. */
function guardedCaller({ flows }: Config, logger: Logger, parts: OpenedParts): FlowCaller {
  const onRequest = createEgressLog(logger);
  const common = { onRequest, connectMs: CONNECT_MS };
  const open = createGuardedDispatcher({ ...common, allowPrivate: true });
  const guarded = createGuardedDispatcher({ ...common, refuse: refusePrivateFlow });
  parts.add({ close: () => open.destroy() });
  parts.add({ close: () => guarded.destroy() });
  const named = new Set(flows.privateHosts);
  return createFlowCaller((host) => (named.has(host.replace(/^\[|\]$/gu, "")) ? open : guarded));
}

/** Makes the flows of the team; what they call goes through the rules for outgoing requests. */
export function composeFlows(
  options: {
    readonly config: Config;
    readonly logger: Logger;
    /** Answers in place of other programs, for tests of conversations. */
    readonly caller?: FlowCaller;
  },
  parts: OpenedParts,
): readonly CustomFlow[] {
  const { config, logger, caller } = options;
  const forms = readFlowForms(config.flows.folder, config.flows.secrets);
  if (forms.length === 0) return [];
  const used = caller ?? guardedCaller(config, logger, parts);
  logger.info({ flows: forms.map(({ name }) => name) }, "flows of the team");
  return forms.map((form) => createFormFlow(form, used));
}
