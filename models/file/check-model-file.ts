import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { errorMessage, FrontdeskError, systemErrorCode } from "../../src/core/index.ts";
import { HeaderDefect } from "./byte-reader.ts";
import { type GgufHeader, readGgufHeader } from "./gguf-header.ts";
import { assertShape } from "./model-shape.ts";

/** A model file that can be given to the engine. */
export interface CheckedModelFile {
  readonly sizeBytes: number;
  readonly header: GgufHeader;
}

/**
 * Looks whether a file is a whole GGUF before native code sees it. Reads the header only.
 * @param name what it is called in what is said of it: where it came from, for a file that is not kept
 * @throws FrontdeskError `model_not_found` when there is nothing; `model_invalid` saying what is wrong and what to do.
 */
export function checkModelFile(path: string, name = path): CheckedModelFile {
  const fd = open(path);
  try {
    const stats = fstatSync(fd);
    if (stats.isDirectory()) {
      throw invalid(name, "it is a folder", "Name the .gguf file inside it.");
    }
    if (!stats.isFile()) throw invalid(name, "it is not a regular file", "Name a .gguf file.");
    return { sizeBytes: stats.size, header: readHeader(name, fd, stats.size) };
  } finally {
    closeSync(fd);
  }
}

function open(path: string): number {
  try {
    return openSync(path, "r");
  } catch (error) {
    if (systemErrorCode(error) === "ENOENT") {
      throw new FrontdeskError(
        "model_not_found",
        `There is no model file ${path}. Check the path, or put the file of a catalog model there ("frontdesk models list").`,
        { cause: error },
      );
    }
    throw new FrontdeskError(
      "model_invalid",
      `The model file ${path} cannot be opened: ${errorMessage(error)}. Check its permissions.`,
      { cause: error },
    );
  }
}

function readHeader(path: string, fd: number, sizeBytes: number): GgufHeader {
  const start = Buffer.alloc(Math.min(64, sizeBytes));
  readSync(fd, start, 0, start.length, 0);
  if (sizeBytes === 0) throw invalid(path, "it is empty", "Download it again.");
  const text = start.toString("latin1");
  if (text.startsWith("version https://git-lfs")) {
    throw invalid(
      path,
      "it is a Git LFS pointer, not the model",
      "Run `git lfs pull`, or download the file itself.",
    );
  }
  if (/^\s*<(!doctype|html)/iu.test(text)) {
    throw invalid(
      path,
      "it is a web page",
      "Download the file itself, not the page that shows it.",
    );
  }
  if (!text.startsWith("GGUF")) {
    throw invalid(
      path,
      "it is not a GGUF file",
      "Take a .gguf file, or convert the model to GGUF.",
    );
  }
  const header = parseHeader(path, fd, sizeBytes);
  if (header.requiredBytes > sizeBytes) {
    throw invalid(
      path,
      `it is cut off: ${sizeBytes} of at least ${header.requiredBytes} bytes are there`,
      "Download it again.",
    );
  }
  return header;
}

function parseHeader(path: string, fd: number, sizeBytes: number): GgufHeader {
  try {
    const header = readGgufHeader(fd, sizeBytes);
    assertShape(header);
    return header;
  } catch (error) {
    if (!(error instanceof HeaderDefect)) throw error;
    throw invalid(path, `its header is broken: ${error.message}`, "Download it again.");
  }
}

function invalid(path: string, what: string, next: string): FrontdeskError {
  return new FrontdeskError(
    "model_invalid",
    `The model file ${path} cannot be used: ${what}. ${next}`,
  );
}
