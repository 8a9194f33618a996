import { createTheme, type RenderOptions } from "../../../adapters/console/index.ts";
import type { Io } from "../io.ts";

/** Lines longer than this are hard to read, however wide the window is. */
const MAX_WIDTH = 96;

/** How text is laid out on this output: wrapped and coloured for a terminal, as it is for a pipe. */
export function layoutOf(io: Io, options: { readonly isVerbose: boolean }): RenderOptions {
  const isTerminal = io.isTTY || io.hasColour;
  return {
    width: isTerminal ? Math.max(20, Math.min(io.columns(), MAX_WIDTH)) : Number.POSITIVE_INFINITY,
    theme: createTheme({ colour: io.hasColour }),
    folder: process.cwd(),
    isVerbose: options.isVerbose,
  };
}
