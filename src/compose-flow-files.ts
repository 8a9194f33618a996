import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import {
  type Form,
  type MachineFlow,
  machineFlowKind,
  readForm,
  readMachineFlow,
} from "../flows/index.ts";
import { errorMessage, FrontdeskError } from "./core/index.ts";
import { createRegistry, type Reducer } from "./runtime/index.ts";

/** Something that is wrong with a file of the team. */
interface FlowFault {
  readonly file: string;
  /** Counted from 1; 1 where nobody knows. */
  readonly line: number;
  readonly message: string;
}

/** A machine of the team with what steps it. */
interface LoadedMachine {
  readonly flow: MachineFlow;
  readonly reducer: Reducer;
}

/** The flows of a folder that can be used, and what is wrong with the others. */
export interface FlowFiles {
  readonly forms: readonly Form[];
  readonly machines: readonly LoadedMachine[];
  readonly faults: readonly FlowFault[];
}

type ReadFile =
  | { readonly type: "form"; readonly form: Form }
  | { readonly type: "machine"; readonly machine: LoadedMachine }
  | { readonly type: "faults"; readonly faults: readonly FlowFault[] };

const IS_FORM = /\.ya?ml$/u;
const IS_MODULE = /\.m?js$/u;
const SECRET = /\$\{(\w+)\}/gu;
/** A module that waits for something as it is loaded is given up. */
const IMPORT_MS = 10_000;

function secretsIn(text: string): readonly string[] {
  return [...text.matchAll(SECRET)].map(([, name = ""]) => name);
}

/** Puts secrets in the places of their names. */
export function fillSecrets(text: string, secrets: Readonly<Record<string, string>>): string {
  const known = new Map(Object.entries(secrets));
  return text.replace(SECRET, (_, name: string) => known.get(name) ?? "");
}

function missingSecrets(form: Form, secrets: Readonly<Record<string, string>>): readonly string[] {
  const texts = [form.call?.url ?? "", ...Object.values(form.call?.headers ?? {})];
  return [...new Set(texts.flatMap(secretsIn))].filter((name) => secrets[name] === undefined);
}

/** Files in a folder, in order; none where there is no such folder. */
function filesIn(folder: string): readonly string[] {
  if (!existsSync(folder) || !statSync(folder).isDirectory()) return [];
  return readdirSync(folder)
    .filter((name) => IS_FORM.test(name) || IS_MODULE.test(name))
    .toSorted()
    .map((name) => join(folder, name));
}

function faulty(file: string, messages: readonly string[]): ReadFile {
  return { type: "faults", faults: messages.map((message) => ({ file, line: 1, message })) };
}

function readFormFile(file: string, secrets: Readonly<Record<string, string>> | null): ReadFile {
  const read = readForm(readFileSync(file, "utf8"));
  if (read.type === "faults") {
    return { type: "faults", faults: read.faults.map((fault) => ({ file, ...fault })) };
  }
  const unset = secrets === null ? [] : missingSecrets(read.form, secrets);
  if (unset.length === 0) return read;
  return faulty(
    file,
    unset.map((name) => `set FRONTDESK_FLOW_${name} for \${${name}}`),
  );
}

async function load(file: string): Promise<unknown> {
  const timer = new AbortController();
  const late = pause(IMPORT_MS, undefined, { signal: timer.signal }).then(() => {
    throw new Error(`it was not loaded within ${IMPORT_MS / 1_000} seconds`);
  });
  try {
    const module: Promise<unknown> = import(pathToFileURL(resolve(file)).href);
    return await Promise.race([module, late]);
  } finally {
    timer.abort();
    late.catch(() => {});
  }
}

async function readModuleFile(file: string): Promise<ReadFile> {
  const read = readMachineFlow(await load(file));
  if (read.type === "faults") return faulty(file, read.faults);
  const kind = machineFlowKind(read.flow);
  const reducer = createRegistry([kind]).get(kind.kind);
  if (reducer === null) return faulty(file, [`${kind.kind} was not registered`]);
  // Whatever fails at its beginning fails here, and not before a customer.
  reducer.init(kind.kind, 0);
  return { type: "machine", machine: { flow: read.flow, reducer } };
}

/** What cannot even be read has a fault as well. */
async function readFlowFile(
  file: string,
  secrets: Readonly<Record<string, string>> | null,
): Promise<ReadFile> {
  try {
    return IS_FORM.test(file) ? readFormFile(file, secrets) : await readModuleFile(file);
  } catch (error) {
    return faulty(file, [errorMessage(error)]);
  }
}

/**
 * Reads the flows of the team: forms in YAML, and machines in modules, whose code runs in this process. What cannot be used is
 * left out and told of.
 *
 * @param secrets null: whether they are set does not matter
 */
export async function readFlowFiles(
  folder: string,
  secrets: Readonly<Record<string, string>> | null,
): Promise<FlowFiles> {
  const forms: Form[] = [];
  const machines: LoadedMachine[] = [];
  const faults: FlowFault[] = [];
  const fileOf = new Map<string, string>();
  for (const file of filesIn(folder)) {
    const read = await readFlowFile(file, secrets);
    if (read.type === "faults") {
      faults.push(...read.faults);
      continue;
    }
    const { name } = read.type === "form" ? read.form : read.machine.flow;
    const earlier = fileOf.get(name);
    if (earlier !== undefined) {
      faults.push({ file, line: 1, message: `${earlier} has the name ${name}, too` });
      continue;
    }
    fileOf.set(name, file);
    if (read.type === "form") forms.push(read.form);
    else machines.push(read.machine);
  }
  return { forms, machines, faults };
}

/**
 * For commands that are about the flows themselves.
 *
 * @throws FrontdeskError `config_invalid` naming everything that is wrong, by file and line
 */
export function refuseFaults({ faults }: FlowFiles): void {
  if (faults.length === 0) return;
  const lines = faults.map(({ file, line, message }) => `  ${file}:${line}: ${message}`);
  throw new FrontdeskError(
    "config_invalid",
    `The flows have ${faults.length === 1 ? "a problem" : `${faults.length} problems`}:\n${lines.join("\n")}\nSee docs/flows.md.`,
  );
}
