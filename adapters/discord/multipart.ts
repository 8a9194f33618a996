/** A file to send along. */
export interface OutgoingFile {
  readonly name: string;
  readonly data: Buffer;
}

/**
 * A request with files, as bytes (docs.discord.com, uploading files). The library would hand its form to whichever undici was
 * loaded first in this process, and version 7 does not take the forms of version 6.
 */
export async function multipartOf(
  body: unknown,
  files: readonly OutgoingFile[],
): Promise<{ readonly body: Buffer; readonly headers: Readonly<Record<string, string>> }> {
  const form = new FormData();
  for (const [index, { name, data }] of files.entries()) {
    form.append(`files[${index}]`, new Blob([data]), name);
  }
  if (body !== undefined) form.append("payload_json", JSON.stringify(body));
  const encoded = new Response(form);
  return {
    body: Buffer.from(await encoded.arrayBuffer()),
    headers: { "content-type": encoded.headers.get("content-type") ?? "multipart/form-data" },
  };
}
