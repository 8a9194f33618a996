import { InvalidArgumentError, Option } from "commander";
import { parseVisibility, type Visibility } from "../core/index.ts";

/** Collects a repeatable option of names. */
function collect(value: string, earlier: readonly string[]): readonly string[] {
  return [...earlier, nameArgument(value)];
}

const MAX_NAME_LENGTH = 120;

/** Reads the name of a collection or group. */
export function nameArgument(text: string): string {
  const name = text.trim();
  if (name === "" || name.length > MAX_NAME_LENGTH) {
    throw new InvalidArgumentError(`It must be a name of 1 to ${MAX_NAME_LENGTH} characters.`);
  }
  return name;
}

/** As long as a name of a conversation or of a person may be; platforms and stores rely on it. */
const MAX_ID_LENGTH = 512;

/**
 * Reads the name of a conversation or of a person.
 *
 * @param prefix - what the product puts in front of it
 */
export function idArgument(prefix = ""): (text: string) => string {
  const most = MAX_ID_LENGTH - prefix.length;
  return (text) => {
    if (text.trim() === "" || text.length > most) {
      throw new InvalidArgumentError(`It must have 1 to ${most} characters.`);
    }
    return text;
  };
}

/** Reads a path, an address or a question of which one at least is to be given. */
export function filledArgument(text: string): string {
  if (text.trim() === "") throw new InvalidArgumentError("It must not be empty.");
  return text;
}

/** The same for a repeatable argument. */
export function filledArguments(text: string, earlier: unknown): readonly string[] {
  return [...(Array.isArray(earlier) ? earlier.map(String) : []), filledArgument(text)];
}

/** Reads `--visibility`. */
export function visibilityArgument(text: string): Visibility {
  const visibility = parseVisibility(text);
  if (visibility === null) {
    throw new InvalidArgumentError("It must be public, internal, group:NAME or user:ID.");
  }
  return visibility;
}

/** Reads a whole number between bounds. */
export function integerArgument(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!Number.isInteger(value) || value < least || value > most) {
      throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`);
    }
    return value;
  };
}

/** Reads some of these names, parted by commas; `all`, `none`, or `default` (null). */
export function namesArgument<Name extends string>(
  names: readonly Name[],
): (text: string) => readonly Name[] | null {
  return (text) => {
    if (text === "default") return null;
    if (text === "none") return [];
    if (text === "all") return names;
    return text.split(",").map((part) => {
      const name = names.find((one) => one === part.trim());
      if (name !== undefined) return name;
      throw new InvalidArgumentError(
        `It must be some of ${names.join(", ")}; all, none or default.`,
      );
    });
  };
}

const MINUTES = { m: 1, h: 60, d: 1_440 } as const;

/** Reads `--every`: `30m`, `12h`, `7d`, or `never` (null). */
export function intervalArgument(text: string): number | null {
  if (text === "never") return null;
  const [, count = "0", unit = ""] = /^(\d{1,4})([mhd])$/u.exec(text) ?? [];
  const minutes =
    Number(count) * (unit === "m" || unit === "h" || unit === "d" ? MINUTES[unit] : 0);
  if (minutes < 1 || minutes > 366 * MINUTES.d) {
    throw new InvalidArgumentError("It must be a time such as 30m, 12h or 7d, or never.");
  }
  return minutes;
}

/** Minutes as {@link intervalArgument} reads them. */
export function intervalText(minutes: number | null): string {
  if (minutes === null) return "never";
  if (minutes % MINUTES.d === 0) return `${minutes / MINUTES.d}d`;
  return minutes % MINUTES.h === 0 ? `${minutes / MINUTES.h}h` : `${minutes}m`;
}

export const jsonOption = (): Option => new Option("--json", "print JSON").default(false);
export const userOption = (): Option =>
  new Option(
    "--user <id>",
    "ask as this person (default: you, as a viewer of everything internal)",
  ).argParser(idArgument("console:"));
export const conversationOption = (): Option =>
  new Option("--conversation <id>", "go on with this conversation").argParser(idArgument());
export const groupOption = (): Option =>
  new Option("--group <name>", "ask as a member of this group too (repeatable)")
    .argParser(collect)
    .default([], "none");
