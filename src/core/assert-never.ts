/**
 * Marks a branch that the types say cannot be reached.
 * @throws TypeError naming the unexpected value's type, when data from outside got past its schema.
 */
export function assertNever(value: never): never {
  throw new TypeError(`unexpected variant: ${typeof value}`);
}
