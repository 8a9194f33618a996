/** What the program starts as processes of their own; paths below the root of the package. */
export const CHILDREN: readonly string[];

/** Builds these modules (paths below the root of the package) into one folder there. */
export function buildInto(options: {
  readonly entries: readonly string[];
  readonly folder: string;
}): Promise<void>;

/** Builds the program into `dist/`. */
export function buildProgram(): Promise<void>;
