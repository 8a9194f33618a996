/** What was said, with the files that came with it and where they lie, a line each. */
export function withFiles(
  text: string,
  files: readonly { readonly name: string; readonly url: string }[] = [],
): string {
  const lines = files.map(({ name, url }) => `📎 ${name} ${url}`.trimEnd());
  return [text, ...lines].filter((line) => line !== "").join("\n");
}

/** The same where the files themselves follow. */
export function withFileNames(
  text: string,
  files: readonly { readonly name: string }[] = [],
): string {
  return [text, ...files.map(({ name }) => `📎 ${name}`)].filter((line) => line !== "").join("\n");
}
