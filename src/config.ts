import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { parse as parseYaml, YAMLParseError } from "yaml";
import { type ConfigKey, configKeys } from "./config-keys.ts";
import { type Config, configSchema } from "./config-schema.ts";
import { errorMessage, FrontdeskError, mailboxVariable, systemErrorCode } from "./core/index.ts";

export type { Config } from "./config-schema.ts";

/** Where a configuration is read from. */
export interface ConfigSources {
  /** Given by `--config`; must exist. Null looks for `frontdesk.yaml` in the working directory. */
  readonly file: string | null;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly workingDirectory: string;
}

type Tree = { [name: string]: unknown };

function isTree(value: unknown): value is Tree {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whole numbers as numbers; one that is too long for that (an id of Discord without quotes) as it was written. */
function withoutBigInts(value: unknown): unknown {
  if (typeof value === "bigint") {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : String(value);
  }
  if (Array.isArray(value)) return value.map(withoutBigInts);
  if (!isTree(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [name, withoutBigInts(one)]),
  );
}

function readYaml(text: string): unknown {
  return withoutBigInts(parseYaml(text, { intAsBigInt: true }));
}

function readOptional(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (systemErrorCode(error) === "ENOENT") return null;
    throw new FrontdeskError("config_invalid", `${path} cannot be read: ${errorMessage(error)}`, {
      cause: error,
    });
  }
}

function readFileTree(sources: ConfigSources): Tree {
  const path = resolve(sources.workingDirectory, sources.file ?? "frontdesk.yaml");
  const text = readOptional(path);
  if (text === null) {
    if (sources.file === null) return {};
    throw new FrontdeskError("config_invalid", `${path} does not exist; check --config`);
  }
  try {
    const tree = readYaml(text) ?? {};
    if (isTree(tree)) return tree;
  } catch (error) {
    const detail = error instanceof YAMLParseError ? error.message : errorMessage(error);
    throw new FrontdeskError("config_invalid", `${path} is not valid YAML: ${detail}`);
  }
  throw new FrontdeskError(
    "config_invalid",
    `${path} must hold keys and values, like "dataDir: data"`,
  );
}

/** Strings stay strings; everything else is read as YAML, so that numbers, lists and maps can be given. */
function readVariable(key: ConfigKey, text: string): unknown {
  if (key.type === "string" || key.type.startsWith("`")) return text;
  try {
    return readYaml(text);
  } catch {
    return text;
  }
}

function put(tree: Tree, path: readonly string[], value: unknown): void {
  const [name, ...rest] = path;
  if (name === undefined) return;
  if (rest.length === 0) {
    tree[name] = value;
    return;
  }
  const child = tree[name];
  const next: Tree = isTree(child) ? child : {};
  tree[name] = next;
  put(next, rest, value);
}

function freeze<Value>(value: Value): Value {
  if (typeof value === "object" && value !== null) {
    for (const child of Object.values(value)) freeze(child);
    Object.freeze(value);
  }
  return value;
}

const FLOW_SECRET = "FRONTDESK_FLOW_";

/** What flows may be given: only what is named for them. */
function flowSecrets(env: ConfigSources["env"]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, text]) =>
      name.startsWith(FLOW_SECRET) && text !== undefined && text !== ""
        ? [[name.slice(FLOW_SECRET.length), text]]
        : [],
    ),
  );
}

/** Passwords of mailboxes that stand in variables of their own: `FRONTDESK_IMAP_SUPPORT_PASSWORD`. */
function putMailboxPasswords(tree: Tree, env: ConfigSources["env"]): void {
  const { mailboxes } = isTree(tree["knowledge"]) ? tree["knowledge"] : {};
  if (!isTree(mailboxes)) return;
  for (const [name, mailbox] of Object.entries(mailboxes)) {
    const password = env[mailboxVariable(name)];
    if (isTree(mailbox) && password !== undefined && password !== "") {
      mailbox["password"] = password;
    }
  }
}

/**
 * Reads file and environment (the environment wins) into one frozen configuration.
 * An empty variable counts as unset.
 * @throws FrontdeskError `config_invalid` naming every problem at once
 */
export function loadConfig(sources: ConfigSources): Config {
  const tree = readFileTree(sources);
  const fromEnv = new Map<string, string>();
  for (const key of configKeys()) {
    const text = sources.env[key.env];
    if (text === undefined || text === "") continue;
    fromEnv.set(key.path.join("."), key.env);
    put(tree, key.path, readVariable(key, text));
  }
  if (isTree(tree["flows"]) && tree["flows"]["secrets"] !== undefined) {
    const message =
      "flows.secrets is set by variables alone: FRONTDESK_FLOW_NAME for a secret NAME.";
    throw new FrontdeskError("config_invalid", message);
  }
  put(tree, ["flows", "secrets"], flowSecrets(sources.env));
  putMailboxPasswords(tree, sources.env);
  const parsed = configSchema.safeParse(tree);
  if (parsed.success) {
    return freeze({
      ...parsed.data,
      dataDir: resolve(sources.workingDirectory, parsed.data.dataDir),
    });
  }
  const problems = parsed.error.issues.map((issue) => {
    const path = issue.path.join(".");
    return `  ${fromEnv.get(path) ?? (path === "" ? "configuration" : path)}: ${issue.message}`;
  });
  throw new FrontdeskError(
    "config_invalid",
    `The configuration has ${problems.length === 1 ? "a problem" : `${problems.length} problems`}:\n${problems.join("\n")}\nSee docs/configuration.md for every key.`,
  );
}

/** Reads `.env` of the working directory into a copy of the environment; what is set already wins. */
export function readEnvironment(
  workingDirectory: string,
): Readonly<Record<string, string | undefined>> {
  const path = resolve(workingDirectory, ".env");
  if (readOptional(path) !== null) process.loadEnvFile(path);
  return { ...process.env };
}
