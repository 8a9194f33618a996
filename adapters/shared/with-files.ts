/** What was said, with the files that came with it, a line each. */
export function withFiles(
  text: string,
  files: readonly { readonly name: string; readonly url: string }[] = [],
): string {
  const lines = files.map(({ name, url }) => `📎 ${name} ${url}`);
  return [text, ...lines].filter((line) => line !== "").join("\n");
}
