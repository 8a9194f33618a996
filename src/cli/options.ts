import { InvalidArgumentError, Option } from "commander";
import { parseVisibility, type Visibility } from "../core/index.ts";

/** Collects a repeatable option. */
function collect(value: string, earlier: readonly string[]): readonly string[] {
  return [...earlier, value];
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

export const jsonOption = (): Option => new Option("--json", "print JSON").default(false);
export const userOption = (): Option =>
  new Option(
    "--user <id>",
    "ask as this person (default: you, as a viewer of everything internal)",
  );
export const groupOption = (): Option =>
  new Option("--group <name>", "ask as a member of this group too (repeatable)")
    .argParser(collect)
    .default([], "none");
