import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";

/** How a redis-server is started and killed on this machine. */
export interface RedisBinary {
  /** The command before the server's own parameters; `folder` is where it may write, `name` tells it from others. */
  command(folder: string, name: string): readonly [string, ...string[]];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Set where killing the command would not kill the server. */
  readonly kill?: (name: string) => void;
}

const repositoryRoot = resolve(import.meta.dirname, "../..");
const packages = ["redis-server", "redis-tools"] as const;
const image = "redis:7-bookworm";
let found: RedisBinary | null = null;

/**
 * Finds a redis-server: the one on PATH, else Debian's packages, downloaded once and unpacked into a cache folder
 * (`$FRONTDESK_CACHE` or `node_modules/.cache`) without touching the system and without being root, else a container of
 * Docker on the host's network.
 * @throws Error saying what to install when none of these works.
 */
export function findRedisBinary(): RedisBinary {
  found ??= onPath() ?? fromCache() ?? fromDebianOrDocker();
  return found;
}

function fromDebianOrDocker(): RedisBinary {
  try {
    return fromDebian();
  } catch (error) {
    const docker = fromDocker();
    if (docker !== null) return docker;
    throw error;
  }
}

function fromDocker(): RedisBinary | null {
  if (!run("docker", ["info"], repositoryRoot).ok) return null;
  const user = `${process.getuid?.() ?? 0}:${process.getgid?.() ?? 0}`;
  return {
    command: (folder, name) => [
      ...(["docker", "run", "--rm", "--name", name, "--network", "host"] as const),
      ...["--user", user, "--volume", `${folder}:${folder}`, image, "redis-server"],
    ],
    env: process.env,
    kill: (name) => run("docker", ["kill", name], repositoryRoot),
  };
}

function onPath(): RedisBinary | null {
  const { PATH = "" } = process.env;
  for (const folder of PATH.split(delimiter)) {
    const server = join(folder, "redis-server");
    if (folder !== "" && existsSync(server)) return { command: () => [server], env: process.env };
  }
  return null;
}

function cacheFolder(): string {
  const { FRONTDESK_CACHE = join(repositoryRoot, "node_modules/.cache") } = process.env;
  return join(FRONTDESK_CACHE, "frontdesk-redis");
}

function unpackedIn(folder: string): RedisBinary {
  const libraries = ["usr/lib", "lib"].flatMap((base) => {
    const path = join(folder, base);
    if (!existsSync(path)) return [];
    return readdirSync(path)
      .filter((name) => name.includes("-linux-"))
      .map((name) => join(path, name));
  });
  const { LD_LIBRARY_PATH } = process.env;
  const search = LD_LIBRARY_PATH === undefined ? libraries : [...libraries, LD_LIBRARY_PATH];
  return {
    command: () => [join(folder, "usr/bin/redis-server")],
    env: { ...process.env, LD_LIBRARY_PATH: search.join(":") },
  };
}

function fromCache(): RedisBinary | null {
  const folder = join(cacheFolder(), "unpacked");
  return existsSync(folder) ? unpackedIn(folder) : null;
}

/**
 * Unpacks into a folder of its own and moves it into place in one step, so that test files starting at the same time
 * neither see half of it nor disturb one another: whoever comes second throws his copy away.
 */
function fromDebian(): RedisBinary {
  const cache = cacheFolder();
  mkdirSync(cache, { recursive: true });
  const work = mkdtempSync(join(cache, "work-"));
  try {
    downloadPackages(work);
    const staged = join(work, "unpacked");
    for (const name of readdirSync(work).filter((entry) => entry.endsWith(".deb"))) {
      run("dpkg", ["-x", join(work, name), staged], work);
    }
    const { command, env } = unpackedIn(staged);
    const works = run(command(work, "")[0], ["--version"], work, env);
    if (!works.ok) throw new Error(hint(`redis-server does not start: ${works.output}`));
    const target = join(cache, "unpacked");
    try {
      renameSync(staged, target);
    } catch (error) {
      if (!existsSync(target)) throw error;
    }
    return unpackedIn(target);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function downloadPackages(work: string): void {
  const own = ownPackageLists(work);
  const tried: string[] = [];
  for (const options of [[], own]) {
    if (options === own) {
      const update = run("apt-get", [...options, "update"], work);
      if (!update.ok) tried.push(update.output);
    }
    const names = [...packages, ...missingLibraries(options, work)];
    const download = run("apt-get", [...options, "download", ...names], work);
    if (download.ok) return;
    tried.push(download.output);
  }
  throw new Error(hint(tried.join("\n").trim()));
}

/** Lets apt keep its lists in our folder: for fresh machines whose lists are empty, and for people who are not root. */
function ownPackageLists(work: string): readonly string[] {
  const state = join(work, "apt");
  mkdirSync(join(state, "lists/partial"), { recursive: true });
  mkdirSync(join(state, "cache/archives/partial"), { recursive: true });
  return [
    `-oDir::State::Lists=${join(state, "lists")}`,
    `-oDir::Cache=${join(state, "cache")}`,
    "-oDebug::NoLocking=1",
    "-oAPT::Sandbox::User=",
  ];
}

/** The libraries that the packages want and that this system does not have. */
function missingLibraries(options: readonly string[], work: string): readonly string[] {
  const depends = run("apt-cache", [...options, "depends", ...packages], work).output;
  const wanted = [...depends.matchAll(/^\s+Depends: ((?:lib|lua)[a-z0-9.+-]*)$/gmu)].map(
    (match) => match[1] ?? "",
  );
  return [...new Set(wanted)].filter((name) => {
    return name !== "libc6" && !run("dpkg", ["-s", name], work).output.includes("ok installed");
  });
}

function run(
  command: string,
  parameters: readonly string[],
  cwd: string,
  env: RedisBinary["env"] = process.env,
): { ok: boolean; output: string } {
  const { status, stdout, stderr, error } = spawnSync(command, parameters, {
    cwd,
    env: { ...env, DEBIAN_FRONTEND: "noninteractive", LC_ALL: "C" },
    encoding: "utf8",
    timeout: 120_000,
  });
  if (error !== undefined) return { ok: false, output: `${command}: ${error.message}` };
  return { ok: status === 0, output: `${stdout}${stderr}` };
}

function hint(reason: string): string {
  return [
    "These tests need a redis-server (6.2 or newer) and found none.",
    "Install one (`apt-get install redis-server`, `brew install redis`), or set REDIS_URL.",
    "Fetching Debian's packages into node_modules/.cache did not work either:",
    reason,
  ].join("\n");
}
