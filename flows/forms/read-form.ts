import { isMap, isScalar, LineCounter, parseDocument } from "yaml";
import { type Form, formSchema } from "./form.ts";

/** One thing that is wrong in a file, with its line, counted from 1. */
interface FormFault {
  readonly line: number;
  readonly message: string;
}

/** A form, or everything that is wrong with it. */
export type ReadForm =
  | { readonly type: "form"; readonly form: Form }
  | { readonly type: "faults"; readonly faults: readonly FormFault[] };

/** Reads a form out of YAML. */
export function readForm(text: string): ReadForm {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  if (document.errors.length > 0) {
    const faults = document.errors.map(({ pos: [at], message }) => ({
      line: lines.linePos(at).line,
      message: message.split("\n")[0] ?? "",
    }));
    return { type: "faults", faults };
  }
  const read = formSchema.safeParse(document.toJS());
  if (read.success) return { type: "form", form: read.data };
  /** Where a key stands, or the nearest one around it that is there. */
  const lineOf = (path: readonly PropertyKey[]): number => {
    for (let length = path.length; length > 0; length -= 1) {
      const [parent, name] = [document.getIn(path.slice(0, length - 1), true), path[length - 1]];
      const top: unknown = length === 1 ? document.contents : parent;
      const pair = isMap(top)
        ? top.items.find(({ key }) => isScalar(key) && key.value === name)
        : undefined;
      const range = isScalar(pair?.key) ? pair.key.range : null;
      if (range !== null && range !== undefined) return lines.linePos(range[0]).line;
    }
    return 1;
  };
  const faults = read.error.issues.map((issue) => {
    // An unknown key is told of at the map that holds it.
    const [unknown] = issue.code === "unrecognized_keys" ? issue.keys : [];
    const path = unknown === undefined ? issue.path : [...issue.path, unknown];
    const name = path.map(String).join(".");
    return { line: lineOf(path), message: `${name === "" ? "the file" : name}: ${issue.message}` };
  });
  return { type: "faults", faults };
}
